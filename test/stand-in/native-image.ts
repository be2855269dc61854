/** `nativeImage`: bytes with a face; nothing is decoded or scaled. */
import { readFileSync } from 'node:fs';
import { strict } from './strict.ts';

export interface NativeImage {
  isEmpty(): boolean;
  toPNG(): Buffer;
  toDataURL(): string;
  getSize(): { width: number; height: number };
  resize(): NativeImage;
  setTemplateImage(): void;
}

const image = (bytes: Buffer): NativeImage => ({
  isEmpty: () => bytes.length === 0,
  toPNG: () => bytes,
  toDataURL: () => `data:image/png;base64,${bytes.toString('base64')}`,
  getSize: () => ({ width: 0, height: 0 }),
  resize: () => image(bytes),
  setTemplateImage() {},
});

export const nativeImage = strict('nativeImage', {
  createEmpty: () => image(Buffer.alloc(0)),
  createFromPath(path: string): NativeImage {
    try {
      return image(readFileSync(path));
    } catch {
      return image(Buffer.alloc(0));
    }
  },
  createFromBuffer: image,
  createFromDataURL: (url: string) => image(Buffer.from(url.split(',')[1] ?? '', 'base64')),
});
