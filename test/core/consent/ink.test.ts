/** Handwriting: what is taken, what is refused, and the picture that is made of it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { bytesSource, pictureInfo, picturePage, readPdf } from '#core/pdf/index.ts';
import { checkInk, inkPicture, isBlank, type Ink, type InkPoint } from '#core/consent/index.ts';
import { decodeStrokes, encodeStrokes } from '../../../src/core/consent/evidence/ink-code.ts';
import { traceOf } from '../../../src/core/consent/ink/trace.ts';
import { anyInk } from './ink-arbitrary.ts';
import { handwriting } from './samples.ts';

const ink = handwriting();
const first = ink.strokes[0]!;
const withPoint = (point: InkPoint): Ink => ({ ...ink, strokes: [{ ...first, points: [...first.points, point] }] });
const end = first.points.at(-1)!;

describe('what a writing surface hands over', () => {
  it('takes what a pen, a finger and a mouse send', () => {
    for (const pointer of ['pen', 'touch', 'mouse'] as const)
      expect(() => checkInk(handwriting(pointer))).not.toThrow();
  });

  it.each([
    ['no number', withPoint([NaN, 1, end[2], 0.5, 0, 0])],
    ['infinite', withPoint([1, Infinity, end[2], 0.5, 0, 0])],
    ['time that runs backwards', withPoint([1, 1, end[2] - 1, 0.5, 0, 0])],
    ['time without end', withPoint([1, 1, 1e12, 0.5, 0, 0])],
    ['pressure beyond 1', withPoint([1, 1, end[2], 1.2, 0, 0])],
    ['tilt beyond 90°', withPoint([1, 1, end[2], 0.5, 91, 0])],
    ['a point far off the surface', withPoint([400, 1, end[2], 0.5, 0, 0])],
    ['strokes in the wrong order', { ...ink, strokes: ink.strokes.toReversed() }],
    ['a stroke without points', { ...ink, strokes: [{ ...first, points: [] }] }],
    ['a surface without size', { ...ink, width: 0 }],
    ['an end before its beginning', { ...ink, begunAt: ink.endedAt, endedAt: ink.begunAt }],
    ['a time that is none', { ...ink, begunAt: 'yesterday' }],
    [
      'too many strokes',
      { ...ink, strokes: Array.from({ length: 1001 }, () => ({ ...first, at: 0, points: [first.points[0]!] })) },
    ],
  ] as const)('refuses %s', (_, bad) => {
    expect(() => checkInk(bad as Ink)).toThrow(/CONSENT_INK/);
    expect(() => inkPicture(bad as Ink)).toThrow(/CONSENT_INK/);
  });

  it('knows a mark that is no name', () => {
    expect(isBlank({ strokes: [] })).toBe(true);
    expect(isBlank({ strokes: [{ ...first, points: [first.points[0]!] }] })).toBe(true);
    expect(isBlank(ink)).toBe(false);
  });
});

describe('the picture', () => {
  it.each(['pen', 'touch', 'mouse'] as const)(
    'of a %s is a drawing the PDF takes over, cropped to the written',
    async (pointer) => {
      const picture = inkPicture(handwriting(pointer));
      const text = new TextDecoder().decode(picture.data);
      expect(picture.format).toBe('SVG');
      expect(text.startsWith(`<svg xmlns="http://www.w3.org/2000/svg" width="${picture.widthMm}mm"`)).toBe(true);
      // Three characters of 40 mm and the gaps between them.
      expect(picture.widthMm).toBeGreaterThan(115);
      expect(picture.widthMm).toBeLessThan(135);
      expect(picture.heightMm).toBeGreaterThan(36);
      expect(picture.heightMm).toBeLessThan(46);
      expect(pictureInfo(picture.data)).toMatchObject({ format: 'SVG' });
      const page = await picturePage(picture, picture);
      const shown = await (await readPdf(bytesSource(page))).page(1);
      expect(shown.widthMm).toBeCloseTo(picture.widthMm, 1);
      expect(text.length).toBeLessThan(60_000);
    },
  );

  it('is wider where the pen is pressed, and where a finger is slow', () => {
    const nib = { thin: 0.3, thick: 1.2 };
    const stroke = (pressures: readonly number[], steps: readonly number[]) => {
      let [x, t] = [0, 0];
      return {
        at: 0,
        pointer: 'pen' as const,
        points: pressures.map((p, i): InkPoint => [(x += 1), 0, (t += steps[i] ?? 10), p, 0, 0]),
      };
    };
    const rising = Array.from({ length: 40 }, (_, i) => i / 40);
    const pen = traceOf(stroke(rising, []), nib).map((p) => p.width);
    expect(pen.at(-1)! - pen[0]!).toBeGreaterThan(0.5);
    const slower = traceOf(
      stroke(
        Array.from({ length: 40 }, () => 0.5),
        Array.from({ length: 40 }, (_, i) => 4 + i),
      ),
      nib,
    );
    expect(slower.at(-1)!.width - slower[0]!.width).toBeGreaterThan(0.2);
    for (const w of [...pen, ...slower.map((p) => p.width)]) {
      expect(w).toBeGreaterThanOrEqual(nib.thin);
      expect(w).toBeLessThanOrEqual(nib.thick);
    }
  });

  it('never jumps from one width to the next', () => {
    const widths = [...new TextDecoder().decode(inkPicture(ink).data).matchAll(/stroke-width="([\d.]+)"/g)].map(
      ([, w]) => Number(w),
    );
    const paths = widths.slice(1).map((w, i) => Math.abs(w - widths[i]!));
    // Only where one stroke ends and another begins may it differ by more than some steps.
    expect(paths.filter((d) => d > 0.13).length).toBeLessThan(ink.strokes.length);
  });

  it('shows a dot, and a stroke that goes nowhere', () => {
    const dot: Ink = { ...ink, strokes: [{ at: 0, pointer: 'touch', points: [[5, 5, 0, 0, 0, 0]] }] };
    expect(new TextDecoder().decode(inkPicture(dot).data)).toContain('<circle');
    const still: Ink = {
      ...ink,
      strokes: [
        {
          at: 0,
          pointer: 'touch',
          points: [
            [5, 5, 0, 0, 0, 0],
            [5, 5, 9, 0, 0, 0],
          ],
        },
      ],
    };
    expect(inkPicture(still).widthMm).toBeLessThan(5);
    expect(() => inkPicture({ ...ink, strokes: [] })).toThrow(/CONSENT_INK/);
  });
});

describe('strokes as bytes', () => {
  it('come back to a micrometre, a tenth of a millisecond, a ten-thousandth of pressure', () => {
    fc.assert(
      fc.property(anyInk, ({ strokes }) => {
        const back = decodeStrokes(encodeStrokes(strokes));
        expect(back.length).toBe(strokes.length);
        for (const [i, stroke] of strokes.entries()) {
          expect(Math.abs(back[i]!.at - stroke.at)).toBeLessThan(0.051);
          for (const [k, p] of stroke.points.entries()) {
            const found = back[i]!.points[k]!;
            for (const [n, allowed] of [0.00051, 0.00051, 0.051, 0.000051, 0.051, 0.051].entries())
              expect(Math.abs(found[n]! - p[n]!)).toBeLessThanOrEqual(allowed);
          }
        }
        expect(encodeStrokes(back)).toEqual(encodeStrokes(strokes));
        expect(() => checkInk({ ...ink, strokes: back })).not.toThrow();
      }),
      { numRuns: 60 },
    );
  });

  it('take about ten bytes a point', () => {
    const points = ink.strokes.reduce((sum, s) => sum + s.points.length, 0);
    expect(encodeStrokes(ink.strokes).length / points).toBeLessThan(10);
  });

  it('are read as they are written and in no other way', () => {
    const bytes = encodeStrokes(ink.strokes);
    for (const length of [0, 1, bytes.length >> 1, bytes.length - 1])
      expect(() => decodeStrokes(bytes.subarray(0, length))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
    expect(() => decodeStrokes(Uint8Array.of(...bytes, 0))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
    expect(() => decodeStrokes(Uint8Array.of(0x80, 0))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
    expect(() => decodeStrokes(new Uint8Array(64).fill(0xff))).toThrow(/CONSENT_EVIDENCE_FORMAT/);
  });
});
