/** Drivers that must never reach dlopen: each of these ended a process or gave a riddle of a message when it did. */
import { mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync, copyFileSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { isYqError } from '#core/errors/index.ts';
import { forkHost, pkcs11Provider } from '#core/token/index.ts';
import { checkDriverFile } from '../../src/token-host/driver-file.ts';
import { profiles, softTokenLibrary } from '../core/token/soft-token-rig.ts';

const library = softTokenLibrary();
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiqian-driver-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

const put = (name: string, bytes: Uint8Array | string): string => {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
};
const codeOf = (path: string, platform?: Parameters<typeof checkDriverFile>[1]): { code: string; params: object } => {
  try {
    checkDriverFile(path, platform);
    return { code: 'accepted', params: {} };
  } catch (error) {
    if (!isYqError(error)) throw error;
    expect(error.text('zh').what).not.toMatch(/[{}]/);
    expect(error.text('en').next).not.toMatch(/[{}]/);
    return error;
  }
};
/** The header of a library for another machine, on our own body. */
function elf(change: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.from(readFileSync(library));
  change(bytes);
  return bytes;
}

describe('on Linux', () => {
  it('a real library is accepted', () => expect(codeOf(library).code).toBe('accepted'));
  it('a file that is not there', () => expect(codeOf(join(folder, 'none.so')).code).toBe('TOKEN_DRIVER_ABSENT'));
  it('an empty file', () => expect(codeOf(put('empty.so', '')).code).toBe('TOKEN_DRIVER_EMPTY'));
  it('a text file', () => expect(codeOf(put('text.so', '# not a driver\n')).code).toBe('TOKEN_DRIVER_NOT_LIBRARY'));
  it('a folder', () => {
    mkdirSync(join(folder, 'folder.so'));
    expect(codeOf(join(folder, 'folder.so')).code).toBe('TOKEN_DRIVER_NOT_LIBRARY');
  });
  it('a linker script, as -dev packages put in place of libraries', () =>
    expect(codeOf(put('script.so', 'GROUP ( /lib/libc.so.6 )')).code).toBe('TOKEN_DRIVER_NOT_LIBRARY'));
  it('a 32-bit library, its bits named', () => {
    const narrow = elf((b) => {
      b[4] = 1;
      b.writeUInt16LE(3, 18);
    });
    expect(codeOf(put('narrow.so', narrow))).toMatchObject({
      code: 'TOKEN_DRIVER_WRONG_BITNESS',
      params: { bits: 32, ours: 64 },
    });
  });
  it('a library of another machine, the machine named', () => {
    const loongson = elf((b) => b.writeUInt16LE(258, 18));
    expect(codeOf(put('loong.so', loongson))).toMatchObject({
      code: 'TOKEN_DRIVER_WRONG_MACHINE',
      params: { machine: 'loong64' },
    });
  });
  it('a program', () =>
    expect(
      codeOf(
        put(
          'program.so',
          elf((b) => b.writeUInt16LE(2, 16)),
        ),
      ).code,
    ).toBe('TOKEN_DRIVER_NOT_LIBRARY'));
  it.each([0.01, 0.3, 0.9, 0.999])('a half-copied library (%f of it)', (part) => {
    const path = join(folder, 'half.so');
    copyFileSync(library, path);
    truncateSync(path, Math.floor(readFileSync(library).length * part));
    expect(codeOf(path).code).toBe('TOKEN_DRIVER_TRUNCATED');
  });
});

describe('on Windows', () => {
  const win = { os: 'win32', arch: 'x64' } as const;
  /** A DLL of headers and one section of 512 bytes. */
  function pe(machine: number, characteristics = 0x2022): Buffer {
    const bytes = Buffer.alloc(1024);
    bytes.write('MZ');
    bytes.writeUInt32LE(0x80, 0x3c);
    bytes.write('PE\0\0', 0x80);
    bytes.writeUInt16LE(machine, 0x84);
    bytes.writeUInt16LE(1, 0x86);
    bytes.writeUInt16LE(0, 0x94);
    bytes.writeUInt16LE(characteristics, 0x96);
    bytes.writeUInt32LE(512, 0x98 + 16);
    bytes.writeUInt32LE(512, 0x98 + 20);
    return bytes;
  }
  it('a 64-bit DLL is accepted', () => expect(codeOf(put('ok.dll', pe(0x8664)), win).code).toBe('accepted'));
  it('a 32-bit DLL in a 64-bit desk, and the other way round', () => {
    expect(codeOf(put('x86.dll', pe(0x14c)), win)).toMatchObject({
      code: 'TOKEN_DRIVER_WRONG_BITNESS',
      params: { bits: 32, ours: 64 },
    });
    expect(codeOf(put('x64.dll', pe(0x8664)), { os: 'win32', arch: 'ia32' })).toMatchObject({
      code: 'TOKEN_DRIVER_WRONG_BITNESS',
      params: { bits: 64, ours: 32 },
    });
  });
  it('a DLL for ARM', () => expect(codeOf(put('arm.dll', pe(0xaa64)), win).code).toBe('TOKEN_DRIVER_WRONG_MACHINE'));
  it('an .exe', () => expect(codeOf(put('x.exe', pe(0x8664, 0x22)), win).code).toBe('TOKEN_DRIVER_NOT_LIBRARY'));
  it('a half-copied DLL', () =>
    expect(codeOf(put('half.dll', pe(0x8664).subarray(0, 900)), win).code).toBe('TOKEN_DRIVER_TRUNCATED'));
  it('a Linux library', () => expect(codeOf(library, win).code).toBe('TOKEN_DRIVER_NOT_LIBRARY'));
});

describe('through a real host process', () => {
  it('each of them is told, and the process lives on to load the right one', async () => {
    const half = join(folder, 'half2.so');
    copyFileSync(library, half);
    truncateSync(half, 20_000);
    const noPkcs11 = ['/lib/x86_64-linux-gnu/libm.so.6', '/lib/aarch64-linux-gnu/libm.so.6'].find((path) => {
      try {
        return readFileSync(path).length > 0;
      } catch {
        return false;
      }
    });
    const wanted: [string, string][] = [
      [join(folder, 'none.so'), 'TOKEN_DRIVER_ABSENT'],
      [put('text2.so', 'text'), 'TOKEN_DRIVER_NOT_LIBRARY'],
      [half, 'TOKEN_DRIVER_TRUNCATED'],
      ...(noPkcs11 === undefined ? [] : [[noPkcs11, 'TOKEN_DRIVER_NOT_PKCS11'] as [string, string]]),
    ];
    const provider = pkcs11Provider({
      drivers: wanted.map(([path], i) => ({ id: `d${i}`, path, profile: 'yiqian-soft' })),
      profiles,
      spawnHost: forkHost(),
    });
    expect((await provider.drivers()).map(({ code }) => code)).toEqual(wanted.map(([, code]) => code));
    await provider.close();
  });
});
