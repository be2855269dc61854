/** Numbers of 256 bits as nine limbs of 29 bits (i32, little-endian), common to the field and the scalars. */

/** Bytes of one number. */
export const FE: usize = 36;
const MASK: i32 = 0x1fffffff;

/** 32 bytes of a number, lowest first, and eight zero bytes behind so that a limb can be cut out of any eight-byte load. */
export const WORK: usize = memory.data(40, 8);

/** Word by word: memory.copy is a call out of the module, dear for 36 bytes. */
export function copy(r: usize, a: usize): void {
  store<u64>(r, load<u64>(a, 0), 0);
  store<u64>(r, load<u64>(a, 8), 8);
  store<u64>(r, load<u64>(a, 16), 16);
  store<u64>(r, load<u64>(a, 24), 24);
  store<u32>(r, load<u32>(a, 32), 32);
}

/** Turns 32 big-endian bytes around into WORK. */
export function turn(bytes: usize): void {
  for (let i: usize = 0; i < 32; i += 8) store<u64>(WORK + i, bswap<u64>(load<u64>(bytes + 24 - i)));
  store<u64>(WORK, 0, 32);
}

export function limbsFromBytes(r: usize, bytes: usize): void {
  turn(bytes);
  for (let i: usize = 0; i < 9; i++) {
    const bit = 29 * i;
    store<i32>(r + 4 * i, <i32>(load<u64>(WORK + (bit >> 3)) >> (bit & 7)) & MASK);
  }
}

/** Of limbs from 0 to 2^29 − 1 and a number below 2^256. */
export function limbsToBytes(bytes: usize, a: usize): void {
  memory.fill(WORK, 0, 40);
  for (let i: usize = 0; i < 9; i++) {
    const bit = 29 * i;
    const at = WORK + (bit >> 3);
    store<u64>(at, load<u64>(at) | (<u64>load<i32>(a + 4 * i) << (bit & 7)));
  }
  for (let i: usize = 0; i < 32; i += 8) store<u64>(bytes + 24 - i, bswap<u64>(load<u64>(WORK + i)));
}

/** Brings a number from 0 to 2·modulus − 1 below the modulus, limbs from 0 to 2^29 − 1, without a branch on its value. */
export function canonical(a: usize, modulus: usize): void {
  let carry: i32 = 0;
  let borrow: i32 = 0;
  for (let i: usize = 0; i < 36; i += 4) {
    const limb = load<i32>(a + i) + carry;
    carry = limb >> 29;
    store<i32>(a + i, limb & MASK);
    borrow = ((limb & MASK) - load<i32>(modulus + i) + borrow) >> 29;
  }
  // borrow is −1 when the number was below the modulus: then nothing is taken off.
  const taken = ~borrow;
  carry = 0;
  for (let i: usize = 0; i < 36; i += 4) {
    const limb = load<i32>(a + i) - (load<i32>(modulus + i) & taken) + carry;
    carry = limb >> 29;
    store<i32>(a + i, limb & MASK);
  }
}

/** 1 when every limb is 0, else 0. */
export function limbsAreZero(a: usize): i32 {
  let bits: i32 = 0;
  for (let i: usize = 0; i < 36; i += 4) bits |= load<i32>(a + i);
  return i32(bits == 0);
}

/** a += b for limbs from 0 to 2^29 − 1; 1 when the sum is below the bound, else 0. */
export function addBelow(a: usize, b: usize, bound: usize): i32 {
  let carry: i32 = 0;
  let borrow: i32 = 0;
  for (let i: usize = 0; i < 36; i += 4) {
    const limb = load<i32>(a + i) + load<i32>(b + i) + carry;
    carry = limb >> 29;
    store<i32>(a + i, limb & MASK);
    borrow = ((limb & MASK) - load<i32>(bound + i) + borrow) >> 29;
  }
  return -borrow & i32(carry == 0);
}
