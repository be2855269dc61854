/**
 * Strokes out of pointer events (Pointer Events Level 3): every coalesced sample in the order of its time, one pointer at a time, the pen
 * before the palm. What the device reported is kept as it came; nothing is smoothed here.
 */
import type { InkStrokeView } from '#shared/consent.ts';
import { toMm, type Box, type Size } from './units.ts';

type Point = InkStrokeView['points'][number];

/** What is read of a PointerEvent. */
export interface Sample {
  readonly pointerId: number;
  readonly pointerType: string;
  readonly clientX: number;
  readonly clientY: number;
  readonly pressure: number;
  readonly tiltX: number;
  readonly tiltY: number;
  /** ms, of the page's clock. */
  readonly timeStamp: number;
  /** CSS pixels of the contact. */
  readonly width: number;
  readonly height: number;
  readonly button: number;
}

export interface CaptureOptions {
  readonly surface: Size;
  readonly box: () => Box;
  /** The page's clock when the surface was opened, less what an earlier opening has used up. */
  readonly openedAt: number;
  readonly begun: (pointer: InkStrokeView['pointer'], first: Point) => void;
  /** Points that came in, and where the pointer will probably be next. */
  readonly moved: (points: readonly Point[], predicted: readonly Point[]) => void;
  readonly ended: (stroke: InkStrokeView) => void;
  /** What was begun is no stroke after all. */
  readonly dropped: () => void;
}

/** CSS pixels; a finger touches some 40, the heel of a hand more than twice as much. */
const PALM = 80;
/** As many as the contract takes in one stroke; a longer one goes on as a second. */
export const MOST_POINTS = 20_000;

const kindOf = (type: string): InkStrokeView['pointer'] => (type === 'pen' || type === 'touch' ? type : 'mouse');
const thousandth = (v: number): number => Math.round(v * 1000) / 1000;
const degrees = (v: number): number => Math.round(Math.min(90, Math.max(-90, v)));

export class Capture {
  readonly #o: CaptureOptions;
  /** A pen was near: from then on touch is the hand that holds it. */
  #penSeen = false;
  #id: number | null = null;
  #pointer: InkStrokeView['pointer'] = 'pen';
  #startedAt = 0;
  #at = 0;
  #end = 0;
  #points: Point[] = [];

  constructor(o: CaptureOptions) {
    this.#o = o;
  }

  get writing(): boolean {
    return this.#id !== null;
  }
  get penSeen(): boolean {
    return this.#penSeen;
  }

  /** True when the pointer writes from now on. */
  down(e: Sample): boolean {
    if (e.pointerType === 'pen') this.#penComes();
    // Buttons of a mouse or of the pen's barrel, and its rubber, do not write.
    if (e.button !== 0 || this.#id !== null) return false;
    if (e.pointerType === 'touch' && (this.#penSeen || Math.max(e.width, e.height) > PALM)) return false;
    this.#begin(e);
    return true;
  }

  /** `coalesced` and `predicted`: of the event; the event itself when the browser gives none. */
  move(e: Sample, coalesced: readonly Sample[] = [], predicted: readonly Sample[] = []): void {
    if (e.pointerType === 'pen') this.#penComes();
    if (e.pointerId !== this.#id) return;
    const before = this.#points.length;
    for (const s of (coalesced.length > 0 ? [...coalesced] : [e]).sort((a, b) => a.timeStamp - b.timeStamp))
      this.#add(s);
    const came = this.#points.slice(before);
    if (came.length > 0)
      this.#o.moved(
        came,
        predicted.map((p) => this.#point(p)),
      );
    if (this.#points.length >= MOST_POINTS) {
      this.#finish();
      this.#begin(e);
    }
  }

  up(e: Sample): void {
    if (e.pointerId !== this.#id) return;
    const before = this.#points.length;
    // A lifted pointer has no pressure; its place counts, the pressure is the last one felt.
    this.#add(e, this.#points.at(-1)?.[3]);
    const came = this.#points.slice(before);
    if (came.length > 0) this.#o.moved(came, []);
    this.#finish();
  }

  /** The system took the pointer away. Of a touch it says: that was a palm or a gesture. Of a pen what is written stays. */
  cancel(e: Sample): void {
    if (e.pointerId !== this.#id) return;
    if (this.#pointer === 'touch') this.#drop();
    else this.#finish();
  }

  #penComes(): void {
    this.#penSeen = true;
    if (this.#id !== null && this.#pointer === 'touch') this.#drop();
  }

  #begin(e: Sample): void {
    this.#id = e.pointerId;
    this.#pointer = kindOf(e.pointerType);
    this.#startedAt = e.timeStamp;
    // Strokes follow one another, also when the page was loaded anew in between.
    this.#at = Math.max(this.#end, Math.round(e.timeStamp - this.#o.openedAt));
    this.#points = [this.#point(e)];
    const first = this.#points[0];
    if (first !== undefined) this.#o.begun(this.#pointer, first);
  }

  /** `pressure` where the event's own does not count. The event's members are read one by one: they are getters and can't be spread. */
  #point(e: Sample, felt = e.pressure): Point {
    const [x, y] = toMm(e.clientX, e.clientY, this.#o.box(), this.#o.surface);
    const t = Math.max(0, Math.round((e.timeStamp - this.#startedAt) * 10) / 10);
    const pressure = thousandth(Math.min(1, Math.max(0, felt)));
    return [x, y, t, pressure, degrees(e.tiltX), degrees(e.tiltY)];
  }

  #add(e: Sample, felt?: number): void {
    if (this.#points.length >= MOST_POINTS) return;
    const p = this.#point(e, felt);
    const last = this.#points.at(-1);
    if (last !== undefined && (p[2] < last[2] || (p[0] === last[0] && p[1] === last[1] && p[3] === last[3]))) return;
    this.#points.push(p);
  }

  #finish(): void {
    const stroke: InkStrokeView = { at: this.#at, pointer: this.#pointer, points: this.#points };
    this.#end = this.#at + (this.#points.at(-1)?.[2] ?? 0);
    this.#id = null;
    this.#points = [];
    this.#o.ended(stroke);
  }

  #drop(): void {
    this.#id = null;
    this.#points = [];
    this.#o.dropped();
  }
}

/** ms of the surface's clock that `strokes` have used up. */
export const usedUp = (strokes: readonly InkStrokeView[]): number => {
  const last = strokes.at(-1);
  return last === undefined ? 0 : last.at + (last.points.at(-1)?.[2] ?? 0);
};
