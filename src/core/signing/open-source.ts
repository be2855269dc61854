/** Opens the source of an act that writes a new file, after a look at where that file is to stand. */
import { open, realpath, stat, type FileHandle } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import { inputError } from './errno.ts';

/** @throws SIGN_INPUT, SIGN_TARGET_IS_SOURCE; SIGN_TARGET_EXISTS when `replace` is false */
export async function openSource(request: {
  readonly source: string;
  readonly target: string;
  readonly replace?: boolean;
}): Promise<FileHandle> {
  const real = await realpath(request.source).catch((e: unknown) => Promise.reject(inputError(e, request.source)));
  const target = resolve(request.target);
  const realTarget = await realpath(target).catch(async () => {
    // The target doesn't exist yet: its folder may still be reached by another name.
    const folder = await realpath(dirname(target)).catch(() => dirname(target));
    return join(folder, basename(target));
  });
  if (real === realTarget) throw new YqError('SIGN_TARGET_IS_SOURCE');
  if (request.replace === false && (await stat(target).catch(() => undefined))) {
    throw new YqError('SIGN_TARGET_EXISTS', { params: { file: basename(target) } });
  }
  return await open(real, 'r').catch((e: unknown) => Promise.reject(inputError(e, request.source)));
}
