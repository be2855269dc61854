/** Dialogs, shell, clipboard, power: what a desktop gives. A test answers by replacing a function or emitting an event. */
import { execFile } from 'node:child_process';
import { EventEmitter } from 'node:events';
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { app } from './app.ts';
import { state } from './process-state.ts';
import { strict } from './strict.ts';

const unanswered = (module: string, name: string) => (): Promise<never> =>
  Promise.reject(
    new Error(
      `stand-in: nobody answers ${name}; replace it: app.evaluate(({ ${module} }) => { ${module}.${name} = … })`,
    ),
  );

interface FileDialogOptions {
  readonly title?: string;
  readonly defaultPath?: string;
  readonly properties?: readonly string[];
}
/** For a person at the headed window: the desktop's own file dialog through zenity. Undefined where it is not there. */
async function askPerson(o: FileDialogOptions, save: boolean): Promise<string[] | undefined> {
  if (!state.headed) return undefined;
  const args = ['--file-selection', `--title=${o.title ?? ''}`, '--separator=\n'];
  if (save) args.push('--save', '--confirm-overwrite', `--filename=${o.defaultPath ?? ''}`);
  if (o.properties?.includes('multiSelections')) args.push('--multiple');
  return new Promise((resolve) => {
    execFile('zenity', args, (error, stdout) => {
      const missing = (error as NodeJS.ErrnoException | null)?.code === 'ENOENT';
      resolve(missing ? undefined : stdout.split('\n').filter(Boolean));
    });
  });
}

export const dialog = strict('dialog', {
  async showOpenDialog(...args: unknown[]): Promise<{ canceled: boolean; filePaths: string[] }> {
    const filePaths = await askPerson((args.at(-1) ?? {}) as FileDialogOptions, false);
    if (!filePaths) return unanswered('dialog', 'showOpenDialog')();
    return { canceled: filePaths.length === 0, filePaths };
  },
  async showSaveDialog(...args: unknown[]): Promise<{ canceled: boolean; filePath: string }> {
    const paths = await askPerson((args.at(-1) ?? {}) as FileDialogOptions, true);
    if (!paths) return unanswered('dialog', 'showSaveDialog')();
    return { canceled: paths.length === 0, filePath: paths[0] ?? '' };
  },
  showMessageBox: unanswered('dialog', 'showMessageBox'),
  showErrorBox(title: string, content: string) {
    console.error(`[error box] ${title}: ${content}`);
  },
});
export const shell = strict('shell', {
  openExternal: unanswered('shell', 'openExternal'),
  openPath: () => Promise.resolve('stand-in: no desktop'),
  showItemInFolder() {},
  beep() {},
  trashItem: unanswered('shell', 'trashItem'),
});

let clip = '';
export const clipboard = strict('clipboard', {
  readText: () => clip,
  writeText(text: string) {
    clip = text;
  },
  clear() {
    clip = '';
  },
  availableFormats: () => (clip ? ['text/plain'] : []),
});

class PowerMonitor extends EventEmitter {
  readonly onBatteryPower = false;
  getSystemIdleTime(): number {
    return 0;
  }
  getSystemIdleState(): string {
    return 'active';
  }
  isOnBatteryPower(): boolean {
    return false;
  }
  getCurrentThermalState(): string {
    return 'nominal';
  }
}
export const powerMonitor = strict('powerMonitor', new PowerMonitor());
export const powerSaveBlocker = strict('powerSaveBlocker', {
  start: () => 1,
  stop: () => true,
  isStarted: () => false,
});
export const crashReporter = strict('crashReporter', { start() {} });

const shortcuts = new Map<string, () => void>();
export const globalShortcut = strict('globalShortcut', {
  register(accelerator: string, callback: () => void): boolean {
    shortcuts.set(accelerator, callback);
    return true;
  },
  unregister: (accelerator: string) => void shortcuts.delete(accelerator),
  unregisterAll: () => shortcuts.clear(),
  isRegistered: (accelerator: string) => shortcuts.has(accelerator),
});

let key: Buffer | undefined;
/** A key file in the profile: the API works, but no keyring of the system protects anything. */
function storageKey(): Buffer {
  if (key) return key;
  const file = join(app.getPath('userData'), 'standin-storage.key');
  try {
    key = readFileSync(file);
  } catch {
    key = randomBytes(32);
    writeFileSync(file, key, { mode: 0o600 });
  }
  return key;
}
export const safeStorage = strict('safeStorage', {
  isEncryptionAvailable: () => state.ready,
  getSelectedStorageBackend: () => 'basic_text',
  setUsePlainTextEncryption() {},
  encryptString(text: string): Buffer {
    const iv = randomBytes(12);
    const cipher = createCipheriv('aes-256-gcm', storageKey(), iv);
    return Buffer.concat([Buffer.from('v10'), iv, cipher.update(text, 'utf8'), cipher.final(), cipher.getAuthTag()]);
  },
  decryptString(bytes: Buffer): string {
    try {
      const decipher = createDecipheriv('aes-256-gcm', storageKey(), bytes.subarray(3, 15));
      decipher.setAuthTag(bytes.subarray(-16));
      return decipher.update(bytes.subarray(15, -16), undefined, 'utf8') + decipher.final('utf8');
    } catch {
      throw new Error('Error while decrypting the ciphertext provided to safeStorage.decryptString.');
    }
  },
});
