/** What the operating system says about files, turned into errors a person can act on. */
import { basename } from 'node:path';
import { YqError } from '#core/errors/index.ts';

const errnoOf = (e: unknown): string =>
  typeof e === 'object' && e !== null && 'code' in e && typeof e.code === 'string' ? e.code : '';

const detailOf = (e: unknown): string => (e instanceof Error ? e.message : String(e));

/** ENOSPC, EDQUOT and EFBIG all mean the same to a doctor: no room. */
const NO_ROOM = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

const OUTPUT_REASONS: Readonly<Record<string, readonly [zh: string, en: string]>> = {
  EACCES: ['没有写入权限', 'no permission to write here'],
  EPERM: ['没有写入权限', 'no permission to write here'],
  EROFS: ['文件夹是只读的', 'the folder is read-only'],
  ENOENT: ['文件夹不存在', 'the folder does not exist'],
  ENOTDIR: ['路径不是文件夹', 'the path is not a folder'],
  EISDIR: ['同名的文件夹已存在', 'a folder of that name exists'],
  EBUSY: ['文件正被别的程序占用', 'another program uses the file'],
  EIO: ['磁盘读写出错', 'the disk reported an error'],
};

/** Wraps a failure to write `target`: SIGN_DISK_FULL or SIGN_OUTPUT. A YqError passes through. */
export function outputError(e: unknown, target: string): YqError {
  if (e instanceof YqError) return e;
  const errno = errnoOf(e);
  const file = basename(target);
  if (NO_ROOM.has(errno)) return new YqError('SIGN_DISK_FULL', { params: { file }, cause: e, detail: detailOf(e) });
  const [zh, en] = OUTPUT_REASONS[errno] ?? ['系统拒绝写入', 'the system refused'];
  return new YqError('SIGN_OUTPUT', {
    params: { file, 'reason.zh': zh, 'reason.en': en },
    cause: e,
    detail: detailOf(e),
  });
}

/** Wraps a failure to read `source`: SIGN_INPUT. A YqError passes through. */
export function inputError(e: unknown, source: string): YqError {
  if (e instanceof YqError) return e;
  return new YqError('SIGN_INPUT', { params: { file: basename(source) }, cause: e, detail: detailOf(e) });
}

export const isErrno = (e: unknown, ...codes: readonly string[]): boolean => codes.includes(errnoOf(e));
