/** 8 bits of grey as PNG (ISO/IEC 15948): one IDAT, filter none, 500 dpi. */
import { crc32, deflateSync } from 'node:zlib';
import { concatBytes } from '#core/crypto/index.ts';

/** Pixels per metre of a 500 dpi reader. */
const RESOLUTION = 19_685;

const word = (n: number): Uint8Array => {
  const bytes = new Uint8Array(4);
  new DataView(bytes.buffer).setUint32(0, n);
  return bytes;
};

function chunk(type: string, data: Uint8Array): Uint8Array {
  const named = concatBytes(new TextEncoder().encode(type), data);
  return concatBytes(word(data.length), named, word(crc32(named)));
}

export function encodeGrey(grey: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let y = 0; y < height; y++) rows.set(grey.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return concatBytes(
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', concatBytes(word(width), word(height), Uint8Array.of(8, 0, 0, 0, 0))),
    chunk('pHYs', concatBytes(word(RESOLUTION), word(RESOLUTION), Uint8Array.of(1))),
    chunk('IDAT', new Uint8Array(deflateSync(rows))),
    chunk('IEND', new Uint8Array(0)),
  );
}
