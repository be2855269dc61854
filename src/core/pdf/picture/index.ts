/** Pictures of seals and handwriting: what they are, and how they get into a document. */
export { pictureInfo, pictureOf, type PictureInfo } from './info.ts';
export { pictureObject, readPicture } from './read.ts';
export type { EmbeddablePicture } from './types.ts';
export { picturePage } from './picture-page.ts';
export { sniffFormat } from './sniff.ts';
