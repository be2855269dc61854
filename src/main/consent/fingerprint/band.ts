/** The word SIMULATED across a picture, white on black, three times: a piece cut out of it still says so. */

/** 5×7 dots per letter, one byte a row, bit 4 at the left. */
const LETTERS: Readonly<Record<string, readonly number[]>> = {
  S: [0x0f, 0x10, 0x10, 0x0e, 0x01, 0x01, 0x1e],
  I: [0x0e, 0x04, 0x04, 0x04, 0x04, 0x04, 0x0e],
  M: [0x11, 0x1b, 0x15, 0x15, 0x11, 0x11, 0x11],
  U: [0x11, 0x11, 0x11, 0x11, 0x11, 0x11, 0x0e],
  L: [0x10, 0x10, 0x10, 0x10, 0x10, 0x10, 0x1f],
  A: [0x0e, 0x11, 0x11, 0x1f, 0x11, 0x11, 0x11],
  T: [0x1f, 0x04, 0x04, 0x04, 0x04, 0x04, 0x04],
  E: [0x1f, 0x10, 0x10, 0x1e, 0x10, 0x10, 0x1f],
  D: [0x1e, 0x11, 0x11, 0x11, 0x11, 0x11, 0x1e],
};
const WORD = 'SIMULATED';
const DOT = 4;
const PITCH = 6 * DOT;

export function band(grey: Uint8Array, width: number, height: number): void {
  const high = 9 * DOT;
  const left = Math.floor((width - WORD.length * PITCH + DOT) / 2);
  for (const part of [0.2, 0.5, 0.8]) {
    const top = Math.floor(height * part - high / 2);
    for (let y = top; y < top + high; y++) {
      const row = rowOf(y - top - DOT);
      for (let x = 0; x < width; x++) grey[y * width + x] = row !== undefined && isLit(row, x - left) ? 255 : 0;
    }
  }
}

const rowOf = (y: number): number | undefined => (y >= 0 && y < 7 * DOT ? Math.floor(y / DOT) : undefined);

function isLit(row: number, x: number): boolean {
  if (x < 0) return false;
  const letter = LETTERS[WORD[Math.floor(x / PITCH)] ?? ''];
  const column = Math.floor((x % PITCH) / DOT);
  return letter !== undefined && column < 5 && ((letter[row] ?? 0) & (0x10 >> column)) !== 0;
}
