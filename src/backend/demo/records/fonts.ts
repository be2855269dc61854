/** Noto Sans SC (OFL-1.1), the one family of the product; two weights for the demo records. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export type Weight = 'regular' | 'bold';

const FILES: Readonly<Record<Weight, string>> = {
  regular: '@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf',
  bold: '@expo-google-fonts/noto-sans-sc/600SemiBold/NotoSansSC_600SemiBold.ttf',
};

const loaded = new Map<Weight, Uint8Array>();

/** TTF bytes, about 10 MB; read once. */
export function fontBytes(weight: Weight): Uint8Array {
  let bytes = loaded.get(weight);
  if (bytes === undefined) {
    bytes = new Uint8Array(readFileSync(fileURLToPath(import.meta.resolve(FILES[weight]))));
    loaded.set(weight, bytes);
  }
  return bytes;
}
