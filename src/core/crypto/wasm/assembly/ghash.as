/**
 * GHASH (NIST SP 800-38D, 6.4) by table: 256 multiples of H, one look-up a byte. Bit 0 of a block is its leftmost bit, so
 * "times x" is a shift to the right, and x^128 = x^7 + x^2 + x + 1 comes back in as E1 at the left.
 */

/** entry v: (the polynomial of the byte v) · H, as two words, left half first. */
const MULTIPLES: usize = memory.data(4096, 16);
/** entry v: what the eight bits v shifted out on the right add on the left (top 16 bits). Made at first use. */
const REDUCTION: usize = memory.data(512, 16);
/** The running value. */
export const Y: usize = memory.data(16, 16);
let reductionReady = false;

function makeReduction(): void {
  for (let v: u32 = 0; v < 256; v++) {
    let r: u32 = 0;
    for (let bit: u32 = 0; bit < 8; bit++) if ((v >> bit) & 1) r ^= 0xe100 >> (7 - bit);
    store<u16>(REDUCTION + 2 * <usize>v, <u16>r);
  }
  reductionReady = true;
}

/** Takes H (16 bytes) and starts at zero. */
export function ghashStart(h: usize): void {
  if (!reductionReady) makeReduction();
  let left = bswap<u64>(load<u64>(h));
  let right = bswap<u64>(load<u64>(h, 8));
  store<u64>(MULTIPLES, 0);
  store<u64>(MULTIPLES, 0, 8);
  // The leftmost bit of a byte is x^0: entry 0x80 is H, and each half of the index is one more multiplication by x.
  for (let i: usize = 128; i > 0; i >>= 1) {
    store<u64>(MULTIPLES + 16 * i, left);
    store<u64>(MULTIPLES + 16 * i, right, 8);
    const out = right & 1;
    right = (right >> 1) | (left << 63);
    left = (left >> 1) ^ (out * 0xe100000000000000);
  }
  for (let i: usize = 2; i < 256; i <<= 1) {
    for (let j: usize = 1; j < i; j++) {
      const to = MULTIPLES + 16 * (i + j);
      store<u64>(to, load<u64>(MULTIPLES + 16 * i) ^ load<u64>(MULTIPLES + 16 * j));
      store<u64>(to, load<u64>(MULTIPLES + 16 * i, 8) ^ load<u64>(MULTIPLES + 16 * j, 8), 8);
    }
  }
  store<u64>(Y, 0);
  store<u64>(Y, 0, 8);
}

/** Y = (Y ⊕ block) · H for each block; a last piece of less than 16 bytes counts as if zeros followed. */
export function ghashUpdate(data: usize, length: usize): void {
  while (length > 0) {
    if (length >= 16) {
      store<u64>(Y, load<u64>(Y) ^ load<u64>(data));
      store<u64>(Y, load<u64>(Y, 8) ^ load<u64>(data, 8), 8);
      data += 16;
      length -= 16;
    } else {
      for (let i: usize = 0; i < length; i++) store<u8>(Y + i, load<u8>(Y + i) ^ load<u8>(data + i));
      length = 0;
    }
    multiply();
  }
}

/** Y = Y · H by Horner's rule from the last byte (the highest powers of x) to the first. */
function multiply(): void {
  let left: u64 = 0;
  let right: u64 = 0;
  for (let i: usize = 16; i-- > 0; ) {
    const out = <usize>(right & 0xff);
    right = (right >> 8) | (left << 56);
    left = (left >> 8) ^ (<u64>load<u16>(REDUCTION + 2 * out) << 48);
    const entry = MULTIPLES + 16 * <usize>load<u8>(Y + i);
    left ^= load<u64>(entry);
    right ^= load<u64>(entry, 8);
  }
  store<u64>(Y, bswap<u64>(left));
  store<u64>(Y, bswap<u64>(right), 8);
}

export function ghashForget(): void {
  memory.fill(MULTIPLES, 0, 4096);
  memory.fill(Y, 0, 16);
}
