/**
 * Looks at a driver file before it is loaded. A half-copied library takes the process down by SIGBUS inside dlopen, and the loader's own
 * words ("wrong ELF class: ELFCLASS32") help nobody; so headers, machine and section ends are read here first.
 */
import { closeSync, existsSync, fstatSync, openSync, readSync } from 'node:fs';
import { YqError } from '#core/errors/index.ts';

/** What the process can load; a parameter so that tests can ask for other machines. */
export interface Platform {
  readonly os: NodeJS.Platform;
  readonly arch: string;
}

const elfMachines: Readonly<Record<number, string>> = {
  3: 'ia32',
  8: 'mips',
  40: 'arm',
  62: 'x64',
  183: 'arm64',
  243: 'riscv64',
  258: 'loong64',
};
const peMachines: Readonly<Record<number, string>> = { 0x14c: 'ia32', 0x8664: 'x64', 0xaa64: 'arm64' };
const narrow = new Set(['ia32', 'arm']);
const bitsOf = (arch: string): number => (narrow.has(arch) ? 32 : 64);

/** @throws YqError TOKEN_DRIVER_ABSENT, _EMPTY, _NOT_LIBRARY, _WRONG_BITNESS, _WRONG_MACHINE, _TRUNCATED */
export function checkDriverFile(path: string, platform: Platform = { os: process.platform, arch: process.arch }): void {
  if (!existsSync(path)) throw new YqError('TOKEN_DRIVER_ABSENT', { params: { path } });
  const file = openSync(path, 'r');
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) throw new YqError('TOKEN_DRIVER_NOT_LIBRARY', { params: { path }, detail: 'not a plain file' });
    if (stat.size === 0) throw new YqError('TOKEN_DRIVER_EMPTY', { params: { path } });
    const read = (offset: number, length: number): DataView => {
      const bytes = new Uint8Array(length);
      const got = readSync(file, bytes, 0, length, offset);
      if (got < length)
        throw new YqError('TOKEN_DRIVER_TRUNCATED', { params: { path }, detail: `ends at byte ${stat.size}` });
      return new DataView(bytes.buffer);
    };
    if (platform.os === 'win32') checkPe(path, stat.size, read, platform.arch);
    else checkElf(path, stat.size, read, platform.arch);
  } finally {
    closeSync(file);
  }
}

type Read = (offset: number, length: number) => DataView;

function checkMachine(path: string, machine: string | undefined, bits: number, ours: string): void {
  if (bits !== bitsOf(ours)) {
    throw new YqError('TOKEN_DRIVER_WRONG_BITNESS', { params: { path, bits, ours: bitsOf(ours) } });
  }
  if (machine !== ours) {
    throw new YqError('TOKEN_DRIVER_WRONG_MACHINE', { params: { path, machine: machine ?? '?', ours } });
  }
}

function checkEnd(path: string, what: string, end: number, size: number): void {
  if (end <= size) return;
  throw new YqError('TOKEN_DRIVER_TRUNCATED', {
    params: { path },
    detail: `${what} ends at ${end}, the file at ${size}`,
  });
}

/** ELF (System V ABI, chapter 4): header, program headers' file ranges, end of the section header table. */
function checkElf(path: string, size: number, read: Read, arch: string): void {
  const notLibrary = (detail: string): YqError => new YqError('TOKEN_DRIVER_NOT_LIBRARY', { params: { path }, detail });
  if (size < 4 || read(0, 4).getUint32(0) !== 0x7f454c46) throw notLibrary('no ELF header');
  const ident = read(0, 20);
  const wide = ident.getUint8(4) === 2;
  const little = ident.getUint8(5) === 1;
  checkMachine(path, elfMachines[ident.getUint16(18, little)], wide ? 64 : 32, arch);
  if (ident.getUint16(16, little) !== 3) throw notLibrary('not a shared object');
  const header = read(0, wide ? 64 : 52);
  const offset = (view: DataView, at64: number, at32: number): number =>
    wide ? Number(view.getBigUint64(at64, little)) : view.getUint32(at32, little);
  const programHeaders = offset(header, 32, 28);
  const sectionHeaders = offset(header, 40, 32);
  const entry = wide ? 54 : 42;
  const programSize = header.getUint16(entry, little);
  const programCount = header.getUint16(entry + 2, little);
  const sectionSize = header.getUint16(entry + 4, little);
  const sectionCount = header.getUint16(entry + 6, little);
  checkEnd(path, 'program header table', programHeaders + programSize * programCount, size);
  for (let i = 0; i < programCount; i++) {
    const segment = read(programHeaders + i * programSize, programSize);
    checkEnd(path, `segment ${i}`, offset(segment, 8, 4) + offset(segment, 32, 16), size);
  }
  checkEnd(path, 'section header table', sectionHeaders + sectionSize * sectionCount, size);
}

/** PE/COFF: DOS stub, COFF header, raw ends of the sections. */
function checkPe(path: string, size: number, read: Read, arch: string): void {
  const notLibrary = (detail: string): YqError => new YqError('TOKEN_DRIVER_NOT_LIBRARY', { params: { path }, detail });
  if (size < 2 || read(0, 2).getUint16(0) !== 0x4d5a) throw notLibrary('no MZ header');
  const coff = read(0x3c, 4).getUint32(0, true);
  checkEnd(path, 'COFF header', coff + 24, size);
  const header = read(coff, 24);
  if (header.getUint32(0) !== 0x50450000) throw notLibrary('no PE header');
  const machine = peMachines[header.getUint16(4, true)];
  checkMachine(path, machine, machine === undefined ? bitsOf(arch) : bitsOf(machine), arch);
  if ((header.getUint16(22, true) & 0x2000) === 0) throw notLibrary('not a DLL');
  const sections = coff + 24 + header.getUint16(20, true);
  for (let i = 0; i < header.getUint16(6, true); i++) {
    const section = read(sections + i * 40, 40);
    checkEnd(path, `section ${i}`, section.getUint32(20, true) + section.getUint32(16, true), size);
  }
}
