/** What a person sets: language and theme. Kept as JSON in userData; a policy's value stands above it and is shown as locked. */
import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { language, theme, type Settings } from '#shared/models.ts';

const own = z.object({ language, theme });
export type OwnSettings = z.infer<typeof own>;

export interface SettingsStore {
  get(): Settings;
  /** Locked values stay as they are. Gives the settings now in force. */
  set(change: { readonly [K in keyof OwnSettings]?: OwnSettings[K] | undefined }): Settings;
}

export interface SettingsOptions {
  readonly file: string;
  /** Values a policy fixes. */
  readonly fixed: Partial<OwnSettings>;
  /** Names of all settings a policy locks, shown in the window. */
  readonly locked: readonly string[];
  readonly defaults: OwnSettings;
}

export function createSettingsStore({ file, fixed, locked, defaults }: SettingsOptions): SettingsStore {
  let kept: OwnSettings = defaults;
  try {
    kept = { ...defaults, ...own.partial().parse(JSON.parse(readFileSync(file, 'utf8'))) } as OwnSettings;
  } catch {
    // None yet, or damaged: the defaults hold, and the next change writes a whole file.
  }
  const get = (): Settings => ({ ...kept, ...fixed, locked: [...locked] });
  return {
    get,
    set(change) {
      kept = own.parse({ ...kept, ...Object.fromEntries(Object.entries(change).filter(([, v]) => v !== undefined)) });
      writeFileSync(`${file}.new`, JSON.stringify(kept));
      renameSync(`${file}.new`, file);
      return get();
    },
  };
}
