/** SM3 compression function (GB/T 32905-2016, 5.3) over whole 64-byte blocks. */

const T = new Int32Array(64);
for (let j = 0; j < 64; j++) {
  const t = j < 16 ? 0x79cc4519 : 0x7a879d8a;
  T[j] = (t << (j % 32)) | (t >>> (32 - (j % 32)));
}
const W = new Int32Array(68);

const rotl = (x: number, n: number): number => (x << n) | (x >>> (32 - n));

/** Runs `count` blocks of `data` from byte `at` into `state` (eight 32-bit words, changed in place). */
export function compress(state: Int32Array, data: Uint8Array, at: number, count: number): void {
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  for (let block = 0; block < count; block++, at += 64) {
    for (let j = 0; j < 16; j++) W[j] = view.getInt32(at + 4 * j);
    for (let j = 16; j < 68; j++) {
      const x = W[j - 16]! ^ W[j - 9]! ^ rotl(W[j - 3]!, 15);
      W[j] = x ^ rotl(x, 15) ^ rotl(x, 23) ^ rotl(W[j - 13]!, 7) ^ W[j - 6]!;
    }
    let [a, b, c, d, e, f, g, h] = state as unknown as [number, number, number, number, number, number, number, number];
    for (let j = 0; j < 64; j++) {
      const a12 = rotl(a, 12);
      const ss1 = rotl((a12 + e + T[j]!) | 0, 7);
      const ss2 = ss1 ^ a12;
      const ff = j < 16 ? a ^ b ^ c : (a & b) | (a & c) | (b & c);
      const gg = j < 16 ? e ^ f ^ g : (e & f) | (~e & g);
      const tt1 = (ff + d + ss2 + (W[j]! ^ W[j + 4]!)) | 0;
      const tt2 = (gg + h + ss1 + W[j]!) | 0;
      d = c;
      c = rotl(b, 9);
      b = a;
      a = tt1;
      h = g;
      g = rotl(f, 19);
      f = e;
      e = tt2 ^ rotl(tt2, 9) ^ rotl(tt2, 17);
    }
    state[0]! ^= a;
    state[1]! ^= b;
    state[2]! ^= c;
    state[3]! ^= d;
    state[4]! ^= e;
    state[5]! ^= f;
    state[6]! ^= g;
    state[7]! ^= h;
  }
}
