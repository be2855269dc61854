/** The ways this room gives up. `where` names the place in a word that needs no translation, e.g. `object 12 @ 4711`. */
import { YqError } from '#core/errors/index.ts';

export const damaged = (where: string, detail: string, cause?: unknown): YqError =>
  new YqError('PDF_DAMAGED', { params: { where }, detail: `${where}: ${detail}`, cause });

export const overLimit = (where: string, detail: string): YqError =>
  new YqError('PDF_LIMIT', { params: { where }, detail: `${where}: ${detail}` });
