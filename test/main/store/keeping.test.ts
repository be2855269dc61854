/** The store over the years: damage, copies, full disks, older and newer layouts. */
import {
  existsSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { COPIES, copies, copyStore, damageOf, openKeptStore } from '../../../src/main/store/keeping.ts';
import { layOut, openStore, type DeskStore } from '../../../src/main/store/store.ts';

let home: string;
let file: string;
let folder: string;
let store: DeskStore;
const now = new Date('2026-11-22T08:00:00Z');
const open = () => {
  const kept = openKeptStore({ file, folder }, () => now);
  store = kept.store;
  layOut(store, 'note', ['CREATE TABLE note (text TEXT NOT NULL) STRICT']);
  return kept;
};
const note = (text: string): void => void store.db.prepare('INSERT INTO note VALUES (?)').run(text);
const notes = (): string[] =>
  store.db
    .prepare('SELECT text FROM note')
    .all()
    .map((r) => String(r['text']));
/** Enough rows for many pages. */
const fill = (): void =>
  store.transaction(() => {
    for (let n = 0; n < 2000; n++) note(`${n} ${'x'.repeat(200)}`);
  });
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'yq-store-'));
  file = join(home, 'desk.sqlite');
  folder = join(home, 'backups');
  open();
});
afterEach(() => {
  store.close();
  rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'none';
  } catch (e) {
    return String((e as { code?: unknown }).code);
  }
};

it('every write is on the disk when it returns, and what is deleted is overwritten', () => {
  const pragma = (name: string) => Object.values(store.db.prepare(`PRAGMA ${name}`).get()!)[0];
  expect([pragma('journal_mode'), pragma('synchronous'), pragma('secure_delete')]).toEqual(['wal', 2, 1]);
});
it('a transaction is whole or not there; nested ones join it; a YqError of the work comes through', () => {
  expect(() =>
    store.transaction(() => {
      note('a');
      store.transaction(() => {
        note('b');
      });
      throw new Error('no');
    }),
  ).toThrow('no');
  expect(notes()).toEqual([]);
  store.transaction(() => {
    note('a');
  });
  expect(notes()).toEqual(['a']);
});

describe('a damaged file', () => {
  const damage: [string, () => void][] = [
    [
      'a page overwritten in the middle',
      () => {
        const bytes = readFileSync(file);
        bytes.fill(0x5a, 40 * 4096, 44 * 4096);
        writeFileSync(file, bytes);
      },
    ],
    ['the header gone', () => writeFileSync(file, 'x'.repeat(8192))],
    ['half of it cut off', () => truncateSync(file, 4096 * Math.floor(statSync(file).size / 8192))],
    [
      'zeros from the second page on',
      () => {
        const bytes = readFileSync(file);
        bytes.fill(0, 4096);
        writeFileSync(file, bytes);
      },
    ],
  ];
  it.each(damage)('%s: set aside whole, the newest good copy in its place, and it is told', async (_, hurt) => {
    fill();
    await copyStore(store, folder, new Date('2026-11-20T12:00:00Z'));
    note('later');
    await copyStore(store, folder, new Date('2026-11-21T12:00:00Z'));
    note('after the copy');
    store.close();
    hurt();
    const hurtBytes = readFileSync(file);
    const { repair } = open();
    expect(notes()).toHaveLength(2001);
    expect(notes().at(-1)).toBe('later');
    expect(readFileSync(repair!.setAside)).toEqual(hurtBytes);
    expect(Date.parse(repair!.copyOf!)).toBeGreaterThan(0);
    store.close();
    expect(open().repair).toBeUndefined();
  });
  it('the newest copy is damaged too: the one before it', async () => {
    note('first');
    await copyStore(store, folder, new Date('2026-11-20T12:00:00Z'));
    note('second');
    await copyStore(store, folder, new Date('2026-11-21T12:00:00Z'));
    writeFileSync(join(folder, 'desk-2026-11-21.sqlite'), 'x'.repeat(5000));
    store.close();
    writeFileSync(file, 'x'.repeat(5000));
    open();
    expect(notes()).toEqual(['first']);
    expect(existsSync(join(folder, 'desk-2026-11-21.sqlite'))).toBe(true);
  });
  it('no copy: a new store, and the old one aside', () => {
    store.close();
    writeFileSync(file, 'x'.repeat(5000));
    const { repair } = open();
    expect([notes(), repair?.copyOf]).toEqual([[], undefined]);
    expect(readFileSync(repair!.setAside, 'utf8')).toBe('x'.repeat(5000));
  });
  it('its log of writes goes with it: nothing of it is played into the copy', async () => {
    fill();
    await copyStore(store, folder, now);
    store.db.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    note('only in the log');
    const wal = readFileSync(`${file}-wal`);
    store.close();
    writeFileSync(file, 'x'.repeat(5000));
    writeFileSync(`${file}-wal`, wal);
    const { repair } = open();
    expect(notes()).toHaveLength(2000);
    expect(readFileSync(`${repair!.setAside}-wal`)).toEqual(wal);
  });
  it('a restoring that was cut off by death is done again', async () => {
    note('kept');
    await copyStore(store, folder, now);
    store.close();
    writeFileSync(`${file}.arriving`, 'half');
    writeFileSync(file, 'x'.repeat(5000));
    open();
    expect(notes()).toEqual(['kept']);
  });
  it('a death by kill in mid-write is no damage', () => {
    fill();
    const [main, wal] = [readFileSync(file), readFileSync(`${file}-wal`)];
    store.close();
    writeFileSync(file, main);
    writeFileSync(`${file}-wal`, wal.subarray(0, wal.length - 3000));
    expect(open().repair).toBeUndefined();
  });
});

describe('copies', () => {
  it('one a day, seven kept, each whole by itself, no half one left', async () => {
    for (let day = 10; day < 20; day++) {
      note(`${day}`);
      await copyStore(store, folder, new Date(`2026-11-${day}T01:00:00Z`));
      await copyStore(store, folder, new Date(`2026-11-${day}T23:00:00Z`));
    }
    expect(copies(folder)).toHaveLength(COPIES);
    expect(copies(folder)[0]).toBe('desk-2026-11-19.sqlite');
    expect(readdirSync(folder).filter((name) => !name.endsWith('.sqlite'))).toEqual([]);
    for (const name of copies(folder)) expect(damageOf(join(folder, name))).toBeUndefined();
  });
  it('what a death left of another day’s copy goes with the next one', async () => {
    await copyStore(store, folder, new Date('2026-11-20T12:00:00Z'));
    for (const end of ['', '-wal', '-journal'])
      writeFileSync(join(folder, `desk-2026-11-21.sqlite.arriving${end}`), 'half');
    await copyStore(store, folder, new Date('2026-11-22T12:00:00Z'));
    expect(readdirSync(folder).sort()).toEqual(['desk-2026-11-20.sqlite', 'desk-2026-11-22.sqlite']);
  });
  it('what is written while it is copied is in it or not, and the copy is whole', async () => {
    fill();
    const copying = copyStore(store, folder, now);
    for (let n = 0; n < 50; n++) {
      note(`during ${n}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const copy = new DatabaseSync(await copying, { readOnly: true });
    expect(Number(copy.prepare('SELECT count(*) AS n FROM note').get()!['n'])).toBeGreaterThanOrEqual(2000);
    copy.close();
    expect(notes()).toHaveLength(2050);
  });
  it('a folder that can’t be written: rejected, the earlier copies stay', async () => {
    await copyStore(store, folder, new Date('2026-11-20T12:00:00Z'));
    rmSync(join(home, 'no'), { force: true });
    writeFileSync(join(home, 'no'), '');
    await expect(copyStore(store, join(home, 'no'), now)).rejects.toThrow();
    expect(copies(folder)).toEqual(['desk-2026-11-20.sqlite']);
  });
});

describe('layouts', () => {
  const steps = ['CREATE TABLE t (a TEXT) STRICT', 'ALTER TABLE t ADD COLUMN b TEXT', `UPDATE t SET b = 'new'`];
  it('each step is taken once, from every older layout', () => {
    for (let from = 0; from <= steps.length; from++) {
      const room = `room${from}`;
      const own = steps.map((s) => s.replaceAll(/\bt\b/g, room));
      layOut(store, room, own.slice(0, from));
      if (from > 0) store.db.exec(`INSERT INTO ${room} (a) VALUES ('old')`);
      layOut(store, room, own);
      layOut(store, room, own);
      const b = from === 0 ? [] : [from < 3 ? 'new' : null];
      expect(
        store.db
          .prepare(`SELECT b FROM ${room}`)
          .all()
          .map((r) => r['b']),
      ).toEqual(b);
    }
  });
  it('a step that fails leaves the layout before it', () => {
    expect(() =>
      layOut(store, 'bad', ['CREATE TABLE bad (a TEXT) STRICT', 'CREATE TABLE bad (a TEXT); nonsense']),
    ).toThrow();
    expect(store.db.prepare(`SELECT version FROM layout WHERE room = 'bad'`).get()).toEqual({ version: 1 });
    layOut(store, 'bad', ['CREATE TABLE bad (a TEXT) STRICT', 'ALTER TABLE bad ADD COLUMN b TEXT']);
    expect(store.db.prepare('SELECT b FROM bad').all()).toEqual([]);
  });
  it('a layout of a later version is refused with words, and stays as it is', () => {
    layOut(store, 'later', steps);
    expect(codeOf(() => layOut(store, 'later', steps.slice(0, 1)))).toBe('STORE_NEWER');
    expect(store.db.prepare(`SELECT version FROM layout WHERE room = 'later'`).get()).toEqual({ version: 3 });
  });
});

it('a full disk while writing: STORE_FULL, nothing of it kept, and the store goes on', () => {
  fill();
  const pages = Number(store.db.prepare('PRAGMA page_count').get()!['page_count']);
  store.db.exec(`PRAGMA max_page_count = ${pages + 5}`);
  expect(codeOf(() => store.transaction(fill))).toBe('STORE_FULL');
  expect(notes()).toHaveLength(2000);
  store.db.exec('PRAGMA max_page_count = 1000000');
  store.transaction(() => {
    note('room again');
  });
  expect(notes()).toHaveLength(2001);
});
it('a folder that is not there is no damage: STORE_BROKEN', () => {
  expect(codeOf(() => openStore(join(home, 'absent', 'x.sqlite')))).toBe('STORE_BROKEN');
});
