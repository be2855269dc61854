/**
 * What a person sets: language and theme. Kept in the desk's store, so that a write is whole or not there; a policy's value stands above
 * it and is shown as locked. The file of versions up to 0.2 is read once, and kept: the earlier version finds it where it was.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { language, theme, type Settings } from '#shared/models.ts';
import { layOut, type DeskStore } from '../store/store.ts';

const own = z.object({ language, theme });
export type OwnSettings = z.infer<typeof own>;

const layout: readonly string[] = [`CREATE TABLE setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT`];

export interface SettingsStore {
  get(): Settings;
  /** Locked values stay as they are. Gives the settings now in force. Throws STORE_FULL, STORE_BROKEN. */
  set(change: { readonly [K in keyof OwnSettings]?: OwnSettings[K] | undefined }): Settings;
}

export interface SettingsOptions {
  readonly store: DeskStore;
  /** settings.json of versions up to 0.2. */
  readonly formerFile: string;
  /** Values a policy fixes. */
  readonly fixed: Partial<OwnSettings>;
  /** Names of all settings a policy locks, shown in the window. */
  readonly locked: readonly string[];
  readonly defaults: OwnSettings;
}

export function createSettingsStore({ store, formerFile, fixed, locked, defaults }: SettingsOptions): SettingsStore {
  const { db } = store;
  layOut(store, 'settings', layout);
  const write = (values: Readonly<Record<string, string>>): void => {
    const put = db.prepare(
      'INSERT INTO setting (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value',
    );
    store.transaction(() => {
      for (const [name, value] of Object.entries(values)) put.run(name, value);
    });
  };
  if (db.prepare('SELECT 1 FROM setting').get() === undefined) {
    const former = readFormer(formerFile);
    if (former) write(former);
  }
  /** A value that this version does not know is as none. */
  const read = (): OwnSettings => {
    const rows = db.prepare('SELECT name, value FROM setting').all();
    const kept: Record<string, unknown> = { ...defaults };
    for (const row of rows) {
      const name = String(row['name']) as keyof OwnSettings;
      if (name in own.shape && own.shape[name].safeParse(row['value']).success) kept[name] = row['value'];
    }
    return own.parse(kept);
  };
  let kept = read();
  const get = (): Settings => ({ ...kept, ...fixed, locked: [...locked] });
  return {
    get,
    set(change) {
      const given = own.partial().parse(change);
      write(
        Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined)) as Record<string, string>,
      );
      kept = read();
      return get();
    },
  };
}

function readFormer(file: string): Readonly<Record<string, string>> | undefined {
  try {
    return own.partial().parse(JSON.parse(readFileSync(file, 'utf8'))) as Record<string, string>;
  } catch {
    return undefined; // none, or damaged: the defaults hold
  }
}
