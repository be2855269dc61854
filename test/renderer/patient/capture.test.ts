import { describe, expect, it } from 'vitest';
import { checkInk } from '../../../src/core/consent/index.ts';
import { Capture, MOST_POINTS, usedUp, type Sample } from '../../../src/renderer/patient/ink/capture.ts';
import { inkStroke, type InkStrokeView } from '../../../src/shared/consent.ts';

const surface = { width: 160, height: 60 };
/** As a browser's event has them: getters of a prototype, lost to a spread. */
class Event {
  readonly own: Sample;
  constructor(own: Sample) {
    this.own = own;
  }
}
const sample = (over: Partial<Sample> = {}): Sample => new Event(plain(over)) as unknown as Sample;
function plain(over: Partial<Sample>): Sample {
  return {
    pointerId: 1,
    pointerType: 'pen',
    clientX: 100,
    clientY: 100,
    pressure: 0.4,
    tiltX: -20,
    tiltY: 10,
    timeStamp: 1_000,
    width: 1,
    height: 1,
    button: 0,
    ...over,
  };
}

for (const key of Object.keys(plain({})) as (keyof Sample)[])
  Object.defineProperty(Event.prototype, key, {
    get(this: Event) {
      return this.own[key];
    },
  });

function surfaceOf(openedAt = 0) {
  const told: string[] = [];
  const strokes: InkStrokeView[] = [];
  const capture = new Capture({
    surface,
    openedAt,
    // 10 CSS pixels per mm.
    box: () => ({ left: 0, top: 0, width: 1600, height: 600 }),
    begun: (pointer) => told.push(`begun ${pointer}`),
    moved: (points, predicted) => told.push(`moved ${points.length} ${predicted.length}`),
    ended: (s) => strokes.push(s),
    dropped: () => told.push('dropped'),
  });
  return { capture, told, strokes };
}

describe('strokes out of pointer events', () => {
  it('keeps place, time, pressure and tilt of every coalesced sample, in the order of time', () => {
    const { capture, strokes } = surfaceOf(400);
    capture.down(sample());
    const bundle = [3, 1, 2].map((n) =>
      sample({ timeStamp: 1_000 + n * 4, clientX: 100 + n * 10, pressure: 0.4 + n / 10 }),
    );
    capture.move(sample({ timeStamp: 1_012, clientX: 130 }), bundle, [sample({ clientX: 140 })]);
    capture.up(sample({ timeStamp: 1_016, clientX: 130, pressure: 0 }));
    expect(strokes).toEqual([
      {
        at: 600,
        pointer: 'pen',
        points: [
          [10, 10, 0, 0.4, -20, 10],
          [11, 10, 4, 0.5, -20, 10],
          [12, 10, 8, 0.6, -20, 10],
          [13, 10, 12, 0.7, -20, 10],
        ],
      },
    ]);
    expect(inkStroke.safeParse(strokes[0]).success).toBe(true);
  });
  it('takes the event itself where the browser coalesces nothing', () => {
    const { capture, strokes } = surfaceOf();
    capture.down(sample());
    capture.move(sample({ clientX: 200, timeStamp: 1_008 }));
    capture.up(sample({ clientX: 210, timeStamp: 1_016, pressure: 0 }));
    expect(strokes[0]?.points.map((p) => [p[0], p[3]])).toEqual([
      [10, 0.4],
      [20, 0.4],
      [21, 0.4],
    ]);
  });
  it('a tap is a stroke of one point', () => {
    const { capture, strokes } = surfaceOf();
    capture.down(sample());
    capture.up(sample({ timeStamp: 1_030, pressure: 0 }));
    expect(strokes[0]?.points).toHaveLength(1);
  });
  it('leaves out samples that run backwards in time', () => {
    const { capture, strokes } = surfaceOf();
    capture.down(sample());
    capture.move(sample({ timeStamp: 1_020, clientX: 300 }));
    capture.move(sample({ timeStamp: 1_010, clientX: 200 }));
    capture.up(sample({ timeStamp: 1_030, clientX: 310 }));
    expect(strokes[0]?.points.map((p) => p[2])).toEqual([0, 20, 30]);
  });
  it('strokes follow one another also after the page was loaded anew', () => {
    const first = surfaceOf();
    first.capture.down(sample({ timeStamp: 5_000 }));
    first.capture.up(sample({ timeStamp: 5_400, clientX: 300 }));
    const kept = first.strokes;
    expect(usedUp(kept)).toBe(5_400);
    expect(usedUp([])).toBe(0);
    const second = surfaceOf(100 - usedUp(kept));
    second.capture.down(sample({ timeStamp: 150 }));
    second.capture.up(sample({ timeStamp: 160, clientX: 300 }));
    const all = [...kept, ...second.strokes];
    expect(all[1]?.at).toBe(5_450);
    const ink = { ...surface, strokes: all, begunAt: '2026-11-22T01:00:00Z', endedAt: '2026-11-22T01:00:09Z' };
    expect(() => checkInk(ink)).not.toThrow();
  });
  it('a stroke of more points than the contract takes goes on as a second one', () => {
    const { capture, strokes } = surfaceOf();
    capture.down(sample());
    for (let i = 1; i <= MOST_POINTS + 5; i++)
      capture.move(sample({ timeStamp: 1_000 + i, clientX: 100 + (i % 1_000), clientY: 100 + (i % 300) }));
    capture.up(sample({ timeStamp: 40_000 }));
    expect(strokes).toHaveLength(2);
    expect(strokes.every((s) => inkStroke.safeParse(s).success)).toBe(true);
    expect(strokes[1]?.at).toBeGreaterThanOrEqual(usedUp(strokes.slice(0, 1)));
  });
});

describe('the pen before the palm', () => {
  const touch = (over: Partial<Sample> = {}) => sample({ pointerType: 'touch', pointerId: 9, ...over });
  it('a finger writes where no pen was seen', () => {
    const { capture, strokes } = surfaceOf();
    expect(capture.down(touch({ width: 40, height: 38 }))).toBe(true);
    capture.up(touch({ clientX: 300, timeStamp: 1_100 }));
    expect(strokes[0]?.pointer).toBe('touch');
  });
  it('once a pen was near, touch is the hand that holds it', () => {
    const { capture } = surfaceOf();
    capture.move(sample()); // hovering is enough
    expect(capture.penSeen).toBe(true);
    expect(capture.down(touch())).toBe(false);
    expect(capture.writing).toBe(false);
  });
  it('a palm that lay down before the pen leaves nothing behind', () => {
    const { capture, told, strokes } = surfaceOf();
    capture.down(touch());
    capture.move(touch({ clientX: 120, timeStamp: 1_010 }));
    expect(capture.down(sample({ timeStamp: 1_020 }))).toBe(true);
    expect(told).toContain('dropped');
    capture.up(touch({ timeStamp: 1_030 }));
    capture.up(sample({ clientX: 300, timeStamp: 1_040 }));
    expect(strokes.map((s) => s.pointer)).toEqual(['pen']);
  });
  it('a contact as large as a palm does not write', () => {
    expect(surfaceOf().capture.down(touch({ width: 30, height: 130 }))).toBe(false);
  });
  it('a second finger does not join in', () => {
    const { capture, strokes } = surfaceOf();
    capture.down(touch());
    expect(capture.down(touch({ pointerId: 10, clientX: 900 }))).toBe(false);
    capture.move(touch({ pointerId: 10, clientX: 950 }));
    capture.up(touch({ clientX: 110, timeStamp: 1_010 }));
    expect(strokes[0]?.points.map((p) => p[0])).toEqual([10, 11]);
  });
  it('a touch that the system takes away is dropped, a pen’s stroke stays', () => {
    const a = surfaceOf();
    a.capture.down(touch());
    a.capture.cancel(touch());
    expect(a.strokes).toEqual([]);
    const b = surfaceOf();
    b.capture.down(sample());
    b.capture.move(sample({ clientX: 300, timeStamp: 1_010 }));
    b.capture.cancel(sample());
    expect(b.strokes[0]?.points).toHaveLength(2);
  });
  it.each([1, 2, 5])('button %d of a mouse or pen does not write', (button) => {
    expect(surfaceOf().capture.down(sample({ button }))).toBe(false);
  });
  it('an unknown pointer is kept as a mouse', () => {
    const { capture, strokes } = surfaceOf();
    capture.down(sample({ pointerType: '' }));
    capture.up(sample({ pointerType: '' }));
    expect(strokes[0]?.pointer).toBe('mouse');
  });
});
