import { mkdtempSync, renameSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { YqError } from '../../../src/core/errors/index.ts';
import { createDocumentStore } from '../../../src/main/desk/documents.ts';
import { pinFile } from '../../../src/main/desk/pinned-file.ts';
import { bundleHandler } from '../../../src/main/protocol/bundle.ts';

let folder: string;
let path: string;
/** Larger than one answer of a part, so that it is streamed. */
const bytes = new Uint8Array(700_000).map((_, i) => i % 251);
/** Written long ago: the file system's clock may tick too slowly to tell this moment from the next. */
const put = (): void => {
  writeFileSync(path, bytes);
  utimesSync(path, 1e9, 1e9);
};
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-pinned-'));
  path = join(folder, 'a.pdf');
  put();
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const codeOf = (work: Promise<unknown>) =>
  work.then(
    () => 'read',
    (e: unknown) => (e as YqError).code,
  );

it('reads what was pinned, from any place', async () => {
  const file = await pinFile(path);
  expect(file.size).toBe(bytes.length);
  expect(await file.read(250, 4)).toEqual(new Uint8Array([250, 0, 1, 2]));
  expect(await codeOf(file.check())).toBe('read');
});

it('reads nothing more of a file that was written to, replaced or taken away', async () => {
  for (const change of [
    () =>
      writeFileSync(
        path,
        bytes.map((b) => b ^ 1),
      ), // same length
    () => writeFileSync(path, bytes.subarray(1)),
    () => {
      writeFileSync(`${path}.new`, bytes); // the very same bytes, but another file
      renameSync(`${path}.new`, path);
    },
    () => rmSync(path),
  ]) {
    put();
    const file = await pinFile(path);
    change();
    expect(await codeOf(file.read(0, 10))).toBe('DOCUMENT_CHANGED');
    expect(await codeOf(file.check())).toBe('DOCUMENT_CHANGED');
  }
});

it('pins regular files only, through a link as well', async () => {
  expect(await codeOf(pinFile(folder))).toBe('SIGN_INPUT');
  expect(await codeOf(pinFile(join(folder, 'none.pdf')))).toBe('SIGN_INPUT');
  symlinkSync(path, join(folder, 'link.pdf'));
  expect((await pinFile(join(folder, 'link.pdf'))).size).toBe(bytes.length);
});

it('is served whole, in parts and up to a revision’s end, and as 410 once it has changed', async () => {
  const documents = createDocumentStore();
  const held = documents.addFile('a.pdf', await pinFile(path), 'AB');
  const serve = bundleHandler({ root: folder, documents });
  const get = (url: string, range?: string) =>
    serve(new Request(`app://bundle${url}`, range === undefined ? {} : { headers: { range } }));
  const url = `/document/${held.handle}`;
  const whole = await get(url);
  expect([whole.status, whole.headers.get('content-length')]).toEqual([200, '700000']);
  expect(Buffer.compare(new Uint8Array(await whole.arrayBuffer()), bytes)).toBe(0);
  const part = await get(url, 'bytes=100-650000');
  expect([part.status, part.headers.get('content-range')]).toEqual([206, 'bytes 100-650000/700000']);
  expect(Buffer.compare(new Uint8Array(await part.arrayBuffer()), bytes.subarray(100, 650_001))).toBe(0);

  const front = documents.addFront(held.handle, 1000);
  expect(documents.addFront(held.handle, 1000)).toBe(front);
  expect(new Uint8Array(await (await get(front)).arrayBuffer())).toEqual(bytes.slice(0, 1000));
  expect((await get(front, 'bytes=1000-')).status).toBe(416);

  writeFileSync(path, 'changed');
  expect((await get(url)).status).toBe(410);
  expect((await get(front, 'bytes=0-9')).status).toBe(410);
  documents.close(held.handle);
  expect((await get(front)).status).toBe(404);
});

it('an answer that has begun breaks off when the file changes under it', async () => {
  const documents = createDocumentStore();
  const held = documents.addFile('a.pdf', await pinFile(path), 'AB');
  const answer = await bundleHandler({ root: folder, documents })(new Request(`app://bundle/document/${held.handle}`));
  writeFileSync(
    path,
    bytes.map((b) => b ^ 1),
  );
  await expect(answer.arrayBuffer()).rejects.toThrow();
});
