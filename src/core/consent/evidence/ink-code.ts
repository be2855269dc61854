/**
 * Strokes as bytes: LEB128 numbers, differences from point to point in zigzag, so that a point takes about ten bytes. Units: x and y 1 µm,
 * time 0.1 ms, pressure 1/10 000, tilt 0.1°. What a digitiser resolves is coarser than every one of them.
 */
import { YqError } from '#core/errors/index.ts';
import type { InkPoint, InkStroke } from '../types.ts';
import { INK_LIMITS } from '../ink/check.ts';

const POINTERS = ['pen', 'touch', 'mouse'] as const;
/** Units in one mm, ms, full pressure, degree. */
const UNITS: InkPoint = [1000, 1000, 10, 10_000, 10, 10];
const TENTHS = 10;

const bad = (detail: string): YqError =>
  new YqError('CONSENT_EVIDENCE_FORMAT', {
    params: { 'reason.zh': '笔迹数据不完整', 'reason.en': 'the strokes are not whole' },
    detail,
  });

export function encodeStrokes(strokes: readonly InkStroke[]): Uint8Array {
  const out: number[] = [];
  const put = (value: number): void => {
    let rest = value;
    while (rest >= 0x80) {
      out.push((rest % 0x80) | 0x80);
      rest = Math.floor(rest / 0x80);
    }
    out.push(rest);
  };
  const putSigned = (value: number): void => put(value < 0 ? -2 * value - 1 : 2 * value);
  put(strokes.length);
  let before = 0;
  for (const { at, pointer, points } of strokes) {
    const begun = Math.round(at * TENTHS);
    put(begun - before);
    before = begun;
    put(POINTERS.indexOf(pointer));
    put(points.length);
    const last = [0, 0, 0, 0, 0, 0];
    for (const point of points) {
      for (const [i, unit] of UNITS.entries()) {
        const value = Math.round((point[i] ?? 0) * unit);
        putSigned(value - (last[i] ?? 0));
        last[i] = value;
      }
    }
  }
  return Uint8Array.from(out);
}

/** @throws CONSENT_EVIDENCE_FORMAT on anything that `encodeStrokes` does not write */
export function decodeStrokes(bytes: Uint8Array): InkStroke[] {
  let at = 0;
  const take = (most: number): number => {
    let value = 0;
    for (let scale = 1; ; scale *= 0x80) {
      const byte = bytes[at];
      if (byte === undefined) throw bad(`ends at ${at}`);
      at++;
      if (byte === 0 && scale > 1) throw bad(`a number with a needless byte at ${at}`);
      value += (byte & 0x7f) * scale;
      if (value > most) throw bad(`a number too large at ${at}`);
      if (byte < 0x80) return value;
    }
  };
  const takeSigned = (): number => {
    const value = take(2 ** 40);
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  };
  const count = take(INK_LIMITS.strokes);
  const strokes: InkStroke[] = [];
  let begun = 0;
  for (let s = 0; s < count; s++) {
    begun += take(INK_LIMITS.duration * TENTHS);
    const pointer = POINTERS[take(POINTERS.length - 1)] ?? 'mouse';
    const size = take(INK_LIMITS.pointsOfStroke);
    const points: InkPoint[] = [];
    const last = [0, 0, 0, 0, 0, 0];
    for (let p = 0; p < size; p++) {
      const [x = 0, y = 0, t = 0, pressure = 0, tiltX = 0, tiltY = 0] = UNITS.map((unit, i) => {
        const value = (last[i] ?? 0) + takeSigned();
        last[i] = value;
        return value / unit;
      });
      points.push([x, y, t, pressure, tiltX, tiltY]);
    }
    strokes.push({ at: begun / TENTHS, pointer, points });
  }
  if (at !== bytes.length) throw bad(`${bytes.length - at} bytes after the last stroke`);
  return strokes;
}
