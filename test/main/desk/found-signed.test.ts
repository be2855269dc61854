/** After the store was lost: signed files that the queue does not know, on real signatures. */
import { mkdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { sm3, toHex } from '../../../src/core/crypto/index.ts';
import { signPdf } from '../../../src/core/signing/index.ts';
import { createFoundSigned } from '../../../src/main/desk/found-signed.ts';
import { openUploadQueue, type UploadQueue } from '../../../src/main/desk/upload-queue.ts';
import { openStore, type DeskStore } from '../../../src/main/store/store.ts';
import { makePki, makeRecord, requestOf, scratchFolder, writeRecord } from '../../core/signing/material.ts';

const home = scratchFolder();
const folder = join(home, 'signed');
let store: DeskStore;
let queue: UploadQueue;
const logged: string[] = [];
const log = { write: () => undefined, error: (event: string) => void logged.push(event) };
beforeEach(() => {
  mkdirSync(folder, { recursive: true });
  store = openStore(join(home, 'desk.sqlite'));
  queue = openUploadQueue(store, () => new Date());
});
afterEach(() => {
  store.close();
  rmSync(folder, { recursive: true, force: true });
  for (const end of ['', '-wal', '-shm']) rmSync(join(home, `desk.sqlite${end}`), { force: true });
});

it('are found with what was signed and by which certificate, and queued when it signs in; others and old ones are left', async () => {
  const pki = await makePki('sm2');
  const doctor = await pki.issue('李医师');
  const original = await makeRecord();
  const source = await writeRecord(home, original);
  const place = (name: string): string => join(folder, `${name}-20261122080000000.pdf`);
  const sign = async (name: string): Promise<string> => {
    await signPdf(requestOf(source, place(name), doctor, pki.trust));
    return place(name);
  };
  await sign('R-1_2-v3');
  const known = await sign('R-2-v1');
  const old = await sign('R-3-v1');
  utimesSync(old, new Date('2020-01-01'), new Date('2020-01-01'));
  writeFileSync(place('R-4-v1'), 'no PDF');
  writeFileSync(place('R-5-v1'), original);
  writeFileSync(join(folder, 'other.pdf'), original);
  queue.begin({ recordId: 'R-2', version: 1, personId: 'li', file: known, sm3Before: 'AA' });

  const found = createFoundSigned({ store, queue, folder, log: log as never });
  expect(await found.search(new Date(Date.now() - 3_600_000).toISOString())).toBe(1);
  expect(logged).toEqual(['found signed']);
  expect(await found.search(undefined)).toBe(1); // the old one too, where there is no copy to go by
  const original3 = toHex(sm3(original));
  const after3 = toHex(sm3(new Uint8Array(readFileSync(old))));
  const serial = doctor.certificate.serial;
  const away = () => Promise.reject(new Error('away'));
  expect(await found.claim('li', serial, away)).toBe(0);
  // R-3 is there already; of R-1_2 the service has the original.
  const present = (id: string) => Promise.resolve(id === 'R-3' ? after3 : original3);
  expect(await found.claim('li', 'ANOTHER', present)).toBe(0);
  expect(await found.claim('li', serial, present)).toBe(1);
  expect(await found.claim('li', serial, present)).toBe(0);
  expect(queue.due('li').map((q) => [q.recordId, q.version, q.sm3Before])).toEqual([['R-1_2', 3, original3]]);
});
