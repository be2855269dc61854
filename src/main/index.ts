/**
 * The main process: one instance, one window, one gateway. Everything Electron-specific is joined to the desk's use cases here.
 * Nothing awaits `app.whenReady()` at the top level: an ES module that did would keep the app from ever becoming ready.
 */
import { join } from 'node:path';
import { existsSync, mkdirSync } from 'node:fs';
import {
  app,
  clipboard,
  dialog,
  Menu,
  nativeTheme,
  net,
  protocol,
  safeStorage,
  session,
  shell,
  type BrowserWindow,
} from 'electron';
import { createEventStream } from './net/event-stream.ts';
import { createHttpClient, createPutClient } from './net/http-client.ts';
import { isYqError } from '#core/errors/index.ts';
import {
  cosignProvider,
  joinProviders,
  leaveMemoryOutOfCoreDumps,
  loadProfiles,
  phoneProvider,
  pkcs11Provider,
} from '#core/token/index.ts';
import type { Settings } from '#shared/models.ts';
import { createGateway } from './ipc.ts';
import { locate } from './app/locations.ts';
import { openExtensions, shellText, type Command } from './app/commands.ts';
import { buildMenu } from './app/menu.ts';
import { watchScreenLock } from './app/screen-lock.ts';
import { createTray, type DeskTray } from './app/tray.ts';
import { deviceProtector, type SystemSecrets } from './cosign/protector.ts';
import { createCaCache } from './desk/ca-cache.ts';
import { createBackendClient } from './desk/backend-client.ts';
import { createDocumentStore } from './desk/documents.ts';
import { createDesk, FONT, HAND, type Desk } from './desk/index.ts';
import type { DeskPorts } from './desk/ports.ts';
import { createTokenAccess } from './desk/token-access.ts';
import { readTrustFolder } from './desk/trust.ts';
import { guardNavigation } from './guards/navigation.ts';
import { guardPermissions } from './guards/permissions.ts';
import { createFileLog } from './log/file-log.ts';
import { createRedactor } from './log/redact.ts';
import { configure } from './policy/configuration.ts';
import { policyFile, readPolicy } from './policy/read.ts';
import { bundleHandler, patientHost, patientUrl, scheme } from './protocol/bundle.ts';
import { openKeptStore } from './store/keeping.ts';
import { createSettingsStore } from './settings/store.ts';
import { deskName } from './phone/index.ts';
import { driversToLoad } from './tokens/drivers.ts';
import { startHostProcess } from './tokens/host-process.ts';
import { startJudgeProcess } from './judges/judge-process.ts';
import { startSigningProcess } from './judges/signing-process.ts';
import { bringToFront, createDeskWindow } from './window/desk-window.ts';
import { createPatientWindow, patientSession } from './window/patient-window.ts';

leaveMemoryOutOfCoreDumps();
app.enableSandbox();
protocol.registerSchemesAsPrivileged([
  { scheme, privileges: { standard: true, secure: true, supportFetchAPI: true, stream: true, codeCache: true } },
]);
const home = process.env['YIQIAN_HOME'];
// With a data directory of its own (demo, development) the desk keeps its data there, unless the command line says where.
if (home !== undefined && !app.commandLine.hasSwitch('user-data-dir')) app.setPath('userData', join(home, 'desk'));

if (!app.requestSingleInstanceLock()) {
  app.quit();
} else {
  app
    .whenReady()
    .then(open)
    .catch((e: unknown) => {
      dialog.showErrorBox('医签 Yiqian', startFailure(e));
      app.exit(1);
    });
}

/** Before any window: both languages, since no setting may be readable. */
function startFailure(e: unknown): string {
  if (!isYqError(e)) return e instanceof Error ? e.message : String(e);
  const [zh, en] = [e.text('zh'), e.text('en')];
  return `${zh.what}${zh.next}\n\n${en.what} ${en.next}\n\n${e.code}`;
}

function open(): void {
  const now = (): Date => new Date();
  const locations = locate({
    env: process.env,
    userData: app.getPath('userData'),
    appPath: app.getAppPath(),
    packaged: app.isPackaged,
    resourcesPath: process.resourcesPath,
  });
  mkdirSync(locations.userData, { recursive: true });
  const redact = createRedactor();
  const log = createFileLog({ directory: locations.logs, redact, now });
  process.on('unhandledRejection', (e) => {
    log.error('unhandled rejection', e);
  });

  const { store, repair } = openKeptStore({ file: locations.store, folder: locations.backups }, now);
  if (repair) log.write('error', 'store damaged', { ...repair });
  const policy = readPolicy(policyFile(process.platform, process.env));
  if (policy.state !== 'absent') log.write(policy.state === 'applied' ? 'info' : 'error', `policy ${policy.state}`);
  const configuration = configure({ policy, env: process.env, trustDirectory: locations.trust });
  const settings = createSettingsStore({
    store,
    formerFile: join(locations.userData, 'settings.json'),
    fixed: {
      ...(policy.values.language !== undefined && { language: policy.values.language }),
      ...(policy.values.theme !== undefined && { theme: policy.values.theme }),
    },
    locked: Object.keys(policy.values),
    defaults: {
      language: process.env['YIQIAN_LANGUAGE'] === 'en' ? 'en' : 'zh',
      theme: 'system',
    },
  });
  nativeTheme.themeSource = settings.get().theme;

  const documents = createDocumentStore();
  const root = join(locations.bundles, 'renderer');
  protocol.handle(scheme, bundleHandler({ root, documents, camera: configuration.consentPhotos.value }));
  // The patient's window lives in a session of its own: whatever its page asks for, only the form before the patient can answer.
  const patientDocuments = createDocumentStore();
  patientSession().protocol.handle(
    scheme,
    bundleHandler({ root, documents: patientDocuments, host: patientHost, entry: 'patient.html' }),
  );
  const refusedPermission = (what: string): void => {
    log.write('warning', 'permission refused', { what });
  };
  guardPermissions(session.defaultSession, {
    refused: refusedPermission,
    camera: configuration.consentPhotos.value,
  });
  guardPermissions(patientSession(), { refused: refusedPermission, camera: false });

  const http = createHttpClient((url, init) => net.fetch(url, init));
  const ca = createCaCache({ http, mirror: configuration.backendUrl.value, now });
  const profiles = loadProfiles(join(locations.resources, 'vendor-profiles'));
  /** The system's own store of secrets. */
  const systemSecrets: SystemSecrets = {
    available: () => safeStorage.isEncryptionAvailable(),
    isPlain: () => process.platform === 'linux' && safeStorage.getSelectedStorageBackend() === 'basic_text',
    encrypt: (text) => safeStorage.encryptString(text),
    decrypt: (bytes) => safeStorage.decryptString(Buffer.from(bytes)),
  };
  const cosign = cosignProvider({
    dir: locations.cosign,
    url: configuration.backendUrl.value,
    http,
    protector: deviceProtector(join(locations.cosign, 'device.key'), systemSecrets),
    now,
  });
  const drivers = pkcs11Provider({
    drivers: driversToLoad(configuration, profiles),
    profiles,
    deadlines: { sign: configuration.tokenTimeoutSeconds.value * 1000 },
    spawnHost: ({ driver, env }) =>
      startHostProcess(join(locations.bundles, 'main', 'token-host.js'), driver, env, (line) => {
        log.write('info', 'token host', { driver, line });
      }),
  });
  const phones = phoneProvider({
    url: configuration.backendUrl.value,
    http,
    events: createEventStream((url, init) => net.fetch(url, init)),
    now,
    desk: deskName(),
  });
  const provider = joinProviders(drivers, cosign, phones);
  /** What comes into being only after the parts that speak to it. */
  const late: {
    window: BrowserWindow | undefined;
    tray: DeskTray | undefined;
    gateway: ReturnType<typeof createGateway> | undefined;
  } = { window: undefined, tray: undefined, gateway: undefined };

  const ports: DeskPorts = {
    locations,
    store,
    configuration,
    policy,
    versions: {
      app: app.getVersion(),
      electron: process.versions['electron'] ?? '',
      chrome: process.versions['chrome'] ?? '',
      node: process.versions.node,
    },
    settings,
    settingsChanged: applySettings,
    backend: createBackendClient({
      url: configuration.backendUrl.value,
      http,
      put: createPutClient((url, init) => net.fetch(url, init)),
    }),
    tokens: createTokenAccess({
      provider,
      redeem: (ticket, list) => phones.redeem(ticket, list),
      trust: async () => (await readTrustFolder(configuration.trustDirectory.value)).trust,
      fetchIssuer: (leaf) => ca.issuer(leaf),
      now,
    }),
    http,
    dialogs: {
      async openPdfFiles() {
        const text = shellText[settings.get().language];
        const { canceled, filePaths } = await dialog.showOpenDialog({
          title: text.openFiles,
          properties: ['openFile', 'multiSelections'],
          filters: [{ name: text.pdf, extensions: ['pdf'] }],
        });
        return canceled ? [] : filePaths;
      },
      async openFolder() {
        const text = shellText[settings.get().language];
        const { canceled, filePaths } = await dialog.showOpenDialog({
          title: text.openFolder,
          properties: ['openDirectory'],
        });
        return canceled ? undefined : filePaths[0];
      },
      async openFiles(kind) {
        const text = shellText[settings.get().language];
        const { canceled, filePaths } = await dialog.showOpenDialog({
          title: text[kind],
          properties: kind === 'picture' ? ['openFile'] : ['openFile', 'multiSelections'],
          filters: [{ name: text[kind], extensions: [...openExtensions[kind]] }],
        });
        return canceled ? [] : filePaths;
      },
      async saveFile(suggestedName, kind) {
        const text = shellText[settings.get().language];
        const { canceled, filePath } = await dialog.showSaveDialog({
          title: kind === 'json' || kind === 'jsonl' || kind === 'csv' ? text.exportReport : text.saveAs,
          defaultPath: join(app.getPath('documents'), suggestedName),
          filters: [{ name: kind.toUpperCase(), extensions: [kind] }],
        });
        return canceled || filePath === '' ? undefined : filePath;
      },
    },
    copyText: (text) => {
      clipboard.writeText(text);
    },
    log,
    redact,
    now,
    tell: (name, payload) => {
      late.gateway?.send(name, payload);
      if (name === 'worklist:changed') updateTray();
    },
  };

  const icon = join(locations.resources, 'icons', 'icon.png');
  const patientWindow = createPatientWindow({
    preload: join(locations.bundles, 'preload', 'patient.cjs'),
    icon,
    title: () => shellText[settings.get().language].patientTitle,
    deskWindow: () => late.window,
    admit(contents) {
      guardNavigation(contents, {
        entry: patientUrl,
        openExternally: () => Promise.resolve(),
        refused: (what) => {
          log.write('warning', 'refused', { what, window: 'patient' });
        },
      });
      late.gateway?.trust(contents, 'patient');
    },
    crashed: (reason) => {
      log.write('error', 'patient’s window crashed', { reason });
    },
  });
  const desk: Desk = createDesk({
    ports,
    repair,
    documents,
    ca,
    cosign,
    phones,
    consentWorld: {
      display: patientWindow,
      documents: patientDocuments,
      tellPatient: (page) => {
        late.gateway?.sendPatient('patient:changed', page);
      },
      secrets: systemSecrets,
    },
    spawnJudge: () =>
      startJudgeProcess(join(locations.bundles, 'main', 'verify-worker.js'), (line) => {
        log.write('info', 'judge', { line });
      }),
    spawnWorker: () =>
      startSigningProcess(join(locations.bundles, 'main', 'sign-worker.js'), (line) => {
        log.write('info', 'signing worker', { line });
      }),
    fontFiles: [
      join(locations.resources, FONT),
      join(app.getAppPath(), 'node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
    ],
    handFiles: [
      join(locations.resources, HAND),
      join(app.getAppPath(), 'node_modules/@expo-google-fonts/zhi-mang-xing/400Regular/ZhiMangXing_400Regular.ttf'),
    ],
  });
  late.gateway = createGateway({
    handlers: desk.handlers,
    patientHandlers: desk.patientHandlers,
    failed: (name, error) => {
      log.error(name, error);
    },
  });

  const command = (c: Command): void => {
    if (c === 'lock') desk.lock('menu');
    if (late.window) bringToFront(late.window);
    late.gateway?.send('desk:command', { command: c });
  };
  function applySettings(s: Settings): void {
    nativeTheme.themeSource = s.theme;
    late.window?.setTitle(shellText[s.language].title);
    Menu.setApplicationMenu(buildMenu({ language: s.language, run: command, quit: () => app.quit() }));
    updateTray();
  }
  function updateTray(): void {
    late.tray?.update({ language: settings.get().language, waiting: desk.waiting() });
  }

  const show = (): void => {
    if (!late.window || late.window.isDestroyed()) late.window = createWindow();
    bringToFront(late.window);
  };
  const createWindow = (): BrowserWindow => {
    const w = createDeskWindow({
      preload: join(locations.bundles, 'preload', 'desk.cjs'),
      userData: locations.userData,
      icon,
      title: shellText[settings.get().language].title,
      dark: nativeTheme.shouldUseDarkColors,
      crashed: (reason) => {
        log.write('error', 'window crashed', { reason });
      },
    });
    // The title is ours, not the page's: it names no patient in the task bar.
    w.on('page-title-updated', (event) => {
      event.preventDefault();
    });
    guardNavigation(w.webContents, {
      openExternally: (url) => shell.openExternal(url),
      refused: (what) => {
        log.write('warning', 'refused', { what });
      },
    });
    late.gateway?.trust(w.webContents, 'desk');
    w.on('close', (event) => {
      if (!desk.isSigning()) return;
      // The record in hand is finished first; what the person sees is the list stopping.
      event.preventDefault();
      void desk.finishSigning().then(() => {
        if (!w.isDestroyed()) w.close();
      });
    });
    w.on('closed', () => {
      late.window = undefined;
      // Nobody is left to look after the patient's.
      patientWindow.close();
    });
    return w;
  };

  late.window = createWindow();
  late.tray = createTray({
    icon: existsSync(icon) ? icon : '',
    show,
    lock: () => command('lock'),
    quit: () => app.quit(),
  });
  applySettings(settings.get());
  const unwatch = watchScreenLock({
    idleMinutes: configuration.lockAfterMinutes.value,
    lock: (cause) => {
      desk.lock(cause);
    },
  });
  app.on('second-instance', show);
  app.on('activate', show);
  app.on('window-all-closed', () => app.quit());
  let stopped = false;
  app.on('will-quit', (event) => {
    if (stopped) return;
    event.preventDefault();
    unwatch();
    late.tray?.destroy();
    patientWindow.dispose();
    void desk.stop().finally(() => {
      stopped = true;
      app.quit();
    });
  });
  void desk.start().catch((e: unknown) => {
    log.error('start', e);
  });
  log.write('info', 'started', { version: ports.versions.app, electron: ports.versions.electron });
}
