/** What a device does must run in a browser: the bundle of device/index.ts names nothing of Node, and co-signs in a world that has only what browsers have. */
import { webcrypto } from 'node:crypto';
import { createContext, runInContext } from 'node:vm';
import { build, type Rolldown } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomBytes, sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import type { HttpRequest, HttpResponse } from '#core/pki/types.ts';
import { openRig, PIN, type Rig } from './rig.ts';

const root = new URL('../../../../', import.meta.url).pathname;

let rig: Rig;
let chunk: Rolldown.OutputChunk;
beforeAll(async () => {
  rig = await openRig();
  const built = await build({
    configFile: false,
    logLevel: 'silent',
    root,
    build: {
      write: false,
      minify: false,
      target: 'es2022',
      lib: { entry: `${root}src/core/token/cosign/device/index.ts`, formats: ['iife'], name: 'device' },
    },
  });
  const { output } = (Array.isArray(built) ? built[0] : built) as Rolldown.RolldownOutput;
  expect(output).toHaveLength(1);
  chunk = output[0];
});
afterAll(() => rig.close());

it('the bundle reaches no module of Node and no global that only Node has', () => {
  expect(Object.keys(chunk.modules).filter((id) => /node:|browser-external|\0/.test(id))).toEqual([]);
  expect(chunk.imports).toEqual([]);
  expect(chunk.code.match(/\bBuffer\b|\bprocess\.|\brequire\(|\bnode:|__dirname|\bimport\(/g) ?? []).toEqual([]);
  // The rooms' whole indexes would bring PDF-sized weight onto a phone.
  expect(chunk.code.length).toBeLessThan(500_000);
});

/** Arrays made inside, as in a browser's one realm: the encoder and the network are the outer world's. */
const PRELUDE = `
  const { encode, decode, http, getRandomValues } = outer;
  globalThis.crypto = { getRandomValues };
  globalThis.TextEncoder = class { encode(text) { return new Uint8Array(encode(text)); } };
  globalThis.TextDecoder = class { decode(bytes) { return decode(bytes); } };
  globalThis.queueMicrotask = (work) => void Promise.resolve().then(work);
  globalThis.atob = outer.atob;
  globalThis.btoa = outer.btoa;
  globalThis.inside = {
    http: async (request) => {
      const { status, headers, body } = await http(request);
      return { status, headers, body: new Uint8Array(body) };
    },
    files: new Map(),
  };
`;
const WAY = `(async () => {
  const { CosignService, enrol, openKey, openSecrets } = device;
  const now = () => new Date(given.now);
  const service = new CosignService({ url: 'http://127.0.0.1:1', http: inside.http, now });
  const store = {
    list: async () => [...inside.files.keys()],
    read: async (id) => device.parseKeyFile(inside.files.get(id), id),
    write: async (key) => void inside.files.set(key.keyId, device.keyFileText(key)),
    remove: async (id) => void inside.files.delete(id),
  };
  const protector = { protect: async (s) => s.slice(), unprotect: async (s) => s.slice() };
  const request = { code: given.code, pin: given.pin, deviceName: 'browser' };
  const file = await enrol(request, { service, store, protector, now });
  const key = await openKey(file.keyId, given.pin, { store, service, secrets: await openSecrets(file, protector) });
  const signature = await key.sign(new Uint8Array(given.message));
  key.close();
  return { signature, publicKey: file.publicKey, certificate: file.certificate };
})()`;

it('enrols and co-signs where there is nothing but what a browser has', async () => {
  const message = randomBytes(300);
  const text = new TextDecoder();
  const world = createContext({
    outer: {
      encode: (s: string) => new TextEncoder().encode(s),
      decode: (b: Uint8Array) => text.decode(b),
      http: (request: HttpRequest): Promise<HttpResponse> => rig.http(request),
      getRandomValues: (into: Uint8Array<ArrayBuffer>) => webcrypto.getRandomValues(into),
      atob,
      btoa,
    },
    given: { code: rig.code(), pin: PIN, message: [...message], now: rig.now.toISOString() },
  });
  expect(runInContext('[typeof process, typeof Buffer, typeof require, typeof setTimeout]', world).join()).toBe(
    'undefined,undefined,undefined,undefined',
  );
  runInContext(PRELUDE, world);
  // A script's top-level var is a global of its world.
  runInContext(chunk.code, world);
  const made = await runInContext(WAY, world);
  const publicKey = Uint8Array.from(made.publicKey);
  expect(sm2Verify(publicKey, sm2Digest(publicKey, message), Uint8Array.from(made.signature))).toBe(true);
  expect(made.certificate.length).toBeGreaterThan(300);
});
