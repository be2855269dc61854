/** What a desk hears of its request as server-sent events: the view at once and with every change, a comment now and then so that the line lives. */
import { Readable } from 'node:stream';
import type { PhoneDesk } from './desk.ts';
import type { PhoneLife } from './life.ts';
import type { StoredRequest } from './register.ts';

const HEARTBEAT_MS = 10_000;
/** One desk follows one request; a line that it has lost may still seem to stand. */
const MAX_LINES = 4;

const ENDED: ReadonlySet<string> = new Set(['done', 'refused', 'expired', 'cancelled', 'lost']);

export class PhoneEvents {
  readonly #life: PhoneLife;
  readonly #desk: PhoneDesk;
  readonly #lines = new Map<string, Readable[]>();

  constructor(life: PhoneLife, desk: PhoneDesk) {
    this.#life = life;
    this.#desk = desk;
  }

  /**
   * Ends with the event that tells the end. A reader that is slow gets the newest view when it is ready for one, and none of those between:
   * not more than one is ever held for it.
   */
  follow({ id }: StoredRequest): Readable {
    const { parts } = this.#life;
    let isWanted = false;
    let isOver = false;
    let told = -1;
    let toldAt = parts.clock().getTime();
    const line = new Readable({
      highWaterMark: 1,
      read: () => {
        isWanted = true;
        look(parts.watch.isClosed);
      },
      destroy: (error, done) => {
        off();
        this.#forget(id, line);
        done(error);
      },
    });
    const say = (text: string): void => {
      toldAt = parts.clock().getTime();
      isWanted = false;
      if (line.push(text)) isWanted = true;
    };
    const look = (closing: boolean): void => {
      if (isOver || line.destroyed) return;
      try {
        const r = this.#life.find(id);
        if (isWanted && r !== undefined && r.version !== told) {
          told = r.version;
          say(`data: ${JSON.stringify(this.#desk.view(r))}\n\n`);
        }
        const silent = parts.clock().getTime() - toldAt;
        if (isWanted && (silent >= HEARTBEAT_MS || silent < 0)) say(':\n\n');
        const hasToldEnd = r === undefined || (ENDED.has(r.state) && r.version === told);
        if (closing || hasToldEnd) {
          isOver = true;
          off();
          line.push(null);
        }
      } catch (e) {
        line.destroy(e instanceof Error ? e : new Error(String(e)));
      }
    };
    const off = parts.watch.on(id, look);
    this.#remember(id, line);
    return line;
  }

  #remember(id: string, line: Readable): void {
    const lines = [...(this.#lines.get(id) ?? []), line];
    this.#lines.set(id, lines);
    if (lines.length > MAX_LINES) lines[0]?.destroy();
  }
  #forget(id: string, line: Readable): void {
    const lines = (this.#lines.get(id) ?? []).filter((l) => l !== line);
    if (lines.length === 0) this.#lines.delete(id);
    else this.#lines.set(id, lines);
  }
}
