import fc from 'fast-check';
import type { Ink, InkPoint } from '#core/consent/index.ts';
import { handwriting } from './samples.ts';

const ink = handwriting();
const point = fc.tuple(
  fc.double({ min: -50, max: 210, noNaN: true }),
  fc.double({ min: -50, max: 110, noNaN: true }),
  fc.double({ min: 0, max: 50, noNaN: true }),
  fc.double({ min: 0, max: 1, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
  fc.double({ min: -90, max: 90, noNaN: true }),
);
/** Any handwriting that `checkInk` takes. */
export const anyInk: fc.Arbitrary<Ink> = fc
  .array(
    fc.tuple(
      fc.double({ min: 0, max: 5000, noNaN: true }),
      fc.constantFrom('pen', 'touch', 'mouse'),
      fc.array(point, { minLength: 1, maxLength: 12 }),
    ),
    { maxLength: 8 },
  )
  .map((drawn) => {
    let now = 0;
    const strokes = drawn.map(([pause, pointer, steps]) => {
      now += pause;
      const at = now;
      let t = 0;
      const points = steps.map(([x, y, step, ...rest]): InkPoint => [x, y, (t += step), ...rest]);
      now += t;
      return { at, pointer: pointer as 'pen', points };
    });
    return { ...ink, strokes };
  });
