/**
 * Brings what main keeps into line with what was written: strokes one by one in their order, takings-back too. An answer that fails or
 * does not come costs a question (what do you have?) and another try; nothing is kept twice, and nothing is called kept before main said so.
 */
import type { InkStrokeView } from '#shared/consent.ts';
import type { WireError } from '#shared/errors.ts';

type Stroke = InkStrokeView;
type Answer<T> = { ok: true; value: T } | { ok: false; error: WireError };

export interface OutboxPorts {
  readonly stroke: (index: number, stroke: Stroke) => Promise<Answer<{ kept: number }>>;
  readonly undo: (all: boolean) => Promise<Answer<{ kept: number }>>;
  /** What main has now; null when the form is no longer shown. */
  readonly kept: () => Promise<Answer<readonly Stroke[] | null>>;
  readonly wait: (ms: number) => Promise<void>;
  readonly changed: (state: OutboxState) => void;
}

export interface OutboxState {
  /** As the person sees them. */
  readonly strokes: readonly Stroke[];
  /** How many of them main has. */
  readonly kept: number;
  /** Main has everything that is seen, and nothing else. */
  readonly settled: boolean;
  /** The last try failed; it is tried again. */
  readonly failing: WireError | 'silent' | null;
}

/** ms without an answer after which a call is taken for lost. Asking twice does no harm. */
export const ANSWER_WITHIN = 2_500;
/** ms between tries, longer each time. */
const PAUSES = [200, 500, 1_000, 2_000] as const;

const same = (a: Stroke | undefined, b: Stroke | undefined): boolean =>
  a === b ||
  (a !== undefined &&
    b !== undefined &&
    a.at === b.at &&
    a.points.length === b.points.length &&
    String(a.points.at(-1)) === String(b.points.at(-1)));

function common(a: readonly Stroke[], b: readonly Stroke[]): number {
  let n = 0;
  while (n < a.length && n < b.length && same(a[n], b[n])) n++;
  return n;
}

export class Outbox {
  readonly #ports: OutboxPorts;
  /** What is to be. */
  #strokes: readonly Stroke[];
  /** What main has, as far as it is known. */
  #main: readonly Stroke[];
  #failing: OutboxState['failing'] = null;
  #running = false;
  #stopped = false;

  constructor(kept: readonly Stroke[], ports: OutboxPorts) {
    this.#ports = ports;
    this.#strokes = kept;
    this.#main = kept;
  }

  get state(): OutboxState {
    return {
      strokes: this.#strokes,
      kept: common(this.#main, this.#strokes),
      settled: this.settled,
      failing: this.#failing,
    };
  }
  /** Main has everything, and nothing else. */
  get settled(): boolean {
    return common(this.#main, this.#strokes) === this.#strokes.length && this.#main.length === this.#strokes.length;
  }

  add(stroke: Stroke): void {
    this.#to([...this.#strokes, stroke]);
  }
  undo(): void {
    this.#to(this.#strokes.slice(0, -1));
  }
  clear(): void {
    this.#to([]);
  }

  /** Main told of strokes without being asked. That may be older than the last answer, so it is asked before anything is believed. */
  async heard(kept: readonly Stroke[]): Promise<void> {
    if (this.#running || (kept.length === this.#strokes.length && common(kept, this.#strokes) === kept.length)) return;
    const before = this.#strokes;
    const r = await this.#answer(this.#ports.kept());
    if (this.#stopped || this.#running || before !== this.#strokes) return;
    if (r === 'silent' || !r.ok || r.value === null) return;
    this.#main = r.value;
    this.#strokes = r.value;
    this.#tell();
  }

  stop(): void {
    this.#stopped = true;
  }

  #to(strokes: readonly Stroke[]): void {
    this.#strokes = strokes;
    this.#tell();
    void this.#run();
  }

  #tell(): void {
    if (!this.#stopped) this.#ports.changed(this.state);
  }

  async #run(): Promise<void> {
    if (this.#running) return;
    this.#running = true;
    let failures = 0;
    // After a failure it is not known what main has; taking a stroke back twice would lose one.
    let unsure = false;
    while (!this.#stopped && !this.settled) {
      const failed = unsure ? await this.#ask() : await this.#step();
      if (this.#stopped) break;
      if (failed === null) {
        unsure = false;
        failures = 0;
        this.#failing = null;
        this.#tell();
        continue;
      }
      unsure = true;
      this.#failing = failed;
      this.#tell();
      await this.#ports.wait(PAUSES[Math.min(failures++, PAUSES.length - 1)] ?? 1_000);
    }
    if (this.#failing !== null && this.settled) {
      this.#failing = null;
      this.#tell();
    }
    this.#running = false;
  }

  /** What main has; null when it said so. */
  async #ask(): Promise<OutboxState['failing']> {
    const r = await this.#answer(this.#ports.kept());
    if (r === 'silent') return r;
    if (!r.ok) return r.error;
    if (r.value !== null) this.#main = r.value;
    return null;
  }

  /** One call towards agreement; null when main did as it was asked. */
  async #step(): Promise<OutboxState['failing']> {
    const agreed = common(this.#main, this.#strokes);
    if (this.#main.length > agreed) {
      const all = agreed === 0;
      const r = await this.#answer(this.#ports.undo(all));
      if (r === 'silent') return r;
      if (!r.ok) return r.error;
      this.#main = all ? [] : this.#main.slice(0, -1);
      return r.value.kept === this.#main.length ? null : 'silent';
    }
    const next = this.#strokes[agreed];
    if (next === undefined) return null;
    const r = await this.#answer(this.#ports.stroke(agreed, next));
    if (r === 'silent') return r;
    if (!r.ok) return r.error;
    this.#main = [...this.#main, next];
    return r.value.kept === this.#main.length ? null : 'silent';
  }

  /** The answer, or 'silent' when none comes in time or the call itself breaks. */
  #answer<T>(call: Promise<Answer<T>>): Promise<Answer<T> | 'silent'> {
    return Promise.race([
      call.catch(() => 'silent' as const),
      this.#ports.wait(ANSWER_WITHIN).then(() => 'silent' as const),
    ]);
  }
}
