import { describe, expect, it } from 'vitest';
import { ANSWER_WITHIN, Outbox, type OutboxState } from '../../../src/renderer/patient/ink/outbox.ts';
import type { InkStrokeView } from '../../../src/shared/consent.ts';
import type { WireError } from '../../../src/shared/errors.ts';

type Stroke = InkStrokeView;
const stroke = (at: number): Stroke => ({ at, pointer: 'pen', points: [[1, 1, 0, 0.4, 0, 0]] });
const full: WireError = { code: 'STORE_FULL', zh: { what: '', next: '' }, en: { what: '', next: '' } };

type Fault = 'refuse' | 'lose' | 'lose-unseen' | 'break';

/** Main as it keeps strokes, with faults that come one by one; waiting costs no time but the time is counted. */
function world(begin: readonly Stroke[] = []) {
  let kept: readonly Stroke[] = begin;
  const faults: Fault[] = [];
  const asked: string[] = [];
  const states: OutboxState[] = [];
  let waited = 0;
  type Answer<T> = { ok: true; value: T } | { ok: false; error: WireError };
  const meet = async <T>(name: string, act: () => T): Promise<Answer<T>> => {
    asked.push(name);
    const fault = faults.shift();
    if (fault === 'refuse') return { ok: false, error: full };
    if (fault === 'break') throw new Error('the bridge broke');
    if (fault === 'lose-unseen') return new Promise(() => {});
    const value = act();
    if (fault === 'lose') return new Promise(() => {});
    return { ok: true, value };
  };
  const outbox = new Outbox(begin, {
    stroke: (index, s) =>
      meet(`stroke ${index}`, () => {
        if (index === kept.length) kept = [...kept, s];
        return { kept: kept.length };
      }),
    undo: (all) =>
      meet(all ? 'clear' : 'undo', () => {
        kept = all ? [] : kept.slice(0, -1);
        return { kept: kept.length };
      }),
    kept: () => meet('kept', () => kept),
    // A call that is answered at once comes before this; one that never is, after.
    wait: (ms) =>
      new Promise((done) =>
        setTimeout(() => {
          if (ms < ANSWER_WITHIN) waited += ms;
          done();
        }, 1),
      ),
    changed: (s) => states.push(s),
  });
  const settled = async () => {
    for (let i = 0; i < 500 && !(outbox.settled && outbox.state.failing === null); i++)
      await new Promise((done) => setTimeout(done, 1));
    expect(outbox.settled).toBe(true);
  };
  return {
    outbox,
    faults,
    asked,
    states,
    settled,
    main: () => kept,
    waited: () => waited,
    tell: (s: Stroke[]) => (kept = s),
  };
}

describe('what is written and what is kept', () => {
  it('strokes go one by one in their order; nothing is called kept before main said so', async () => {
    const w = world();
    w.outbox.add(stroke(1));
    w.outbox.add(stroke(2));
    expect(w.outbox.state).toMatchObject({ kept: 0, settled: false });
    await w.settled();
    expect(w.asked).toEqual(['stroke 0', 'stroke 1']);
    expect(w.main().map((s) => s.at)).toEqual([1, 2]);
    expect(w.outbox.state).toMatchObject({ kept: 2, settled: true, failing: null });
  });
  it.each(['lose', 'lose-unseen', 'refuse', 'break'] as const)(
    'an answer that fails (%s) is asked again, and the stroke kept once',
    async (fault) => {
      const w = world();
      w.faults.push(fault);
      w.outbox.add(stroke(1));
      w.outbox.add(stroke(2));
      await w.settled();
      expect(w.main().map((s) => s.at)).toEqual([1, 2]);
      expect(w.states.some((s) => s.failing !== null)).toBe(true);
      expect(w.states.at(-1)?.failing).toBeNull();
    },
  );
  it.each(['lose', 'lose-unseen'] as const)(
    'a taking-back whose answer is lost (%s) takes one stroke back, not two',
    async (fault) => {
      const w = world([stroke(1), stroke(2), stroke(3)]);
      w.faults.push(fault, 'refuse', 'break');
      w.outbox.undo();
      await w.settled();
      expect(w.main().map((s) => s.at)).toEqual([1, 2]);
    },
  );
  it('a stroke taken back before it was sent is never sent', async () => {
    const w = world([stroke(1)]);
    w.faults.push('lose-unseen');
    w.outbox.add(stroke(2));
    w.outbox.undo();
    await w.settled();
    expect(w.main().map((s) => s.at)).toEqual([1]);
  });
  it('written anew after taking back: main holds the new stroke in the old one’s place', async () => {
    const w = world([stroke(1), stroke(2)]);
    w.faults.push('refuse', 'lose');
    w.outbox.undo();
    w.outbox.add(stroke(3));
    await w.settled();
    expect(w.main().map((s) => s.at)).toEqual([1, 3]);
  });
  it('starting over empties what is kept', async () => {
    const w = world([stroke(1), stroke(2)]);
    w.outbox.clear();
    await w.settled();
    expect(w.asked).toEqual(['clear']);
    expect(w.main()).toEqual([]);
  });
  it('many strokes over many faults: 0 lost, 0 doubled', async () => {
    const w = world();
    const faults: Fault[] = ['refuse', 'lose', 'break', 'lose-unseen'];
    for (let i = 0; i < 40; i++) w.faults.push(...(i % 3 === 0 ? [faults[i % 4] ?? 'lose'] : []));
    for (let i = 0; i < 25; i++) w.outbox.add(stroke(i));
    await w.settled();
    expect(w.main().map((s) => s.at)).toEqual(Array.from({ length: 25 }, (_, i) => i));
  });
  it('waits longer from try to try', async () => {
    const w = world();
    w.faults.push('refuse', 'refuse', 'refuse', 'refuse');
    w.outbox.add(stroke(1));
    await w.settled();
    expect(w.waited()).toBe(200 + 500 + 1_000 + 2_000);
  });
  it('what main tells by itself is asked for before it is believed', async () => {
    const w = world([stroke(1)]);
    w.outbox.add(stroke(2));
    await w.settled();
    // An older word arrives late: main has both.
    await w.outbox.heard([stroke(1)]);
    expect(w.outbox.state.strokes).toHaveLength(2);
    // The staff opened the form anew: main has none.
    w.tell([]);
    await w.outbox.heard([]);
    expect(w.outbox.state).toMatchObject({ strokes: [], kept: 0, settled: true });
  });
  it('a stopped outbox sends nothing more', async () => {
    const w = world();
    w.outbox.stop();
    w.outbox.add(stroke(1));
    await new Promise((done) => setTimeout(done, 5));
    expect(w.asked).toEqual([]);
    expect(w.states).toEqual([]);
  });
});
