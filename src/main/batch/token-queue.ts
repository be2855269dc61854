/**
 * The one queue in front of the key. Records of a batch are prepared side by side, but a token signs one thing at a time; a key beyond a
 * network (co-signing, a phone) takes a few, which then go in one request. The next one is handed over in the moment the key is free: of
 * those that are ready the first of the list, and none that is ready waits for one that is not.
 *
 * A record for which the key has been asked once is `begun`: an ordinary stop lets it come to its end, also where a seal makes it sign
 * twice. A fault of the key itself ends every record that still needs it.
 */
import { asYqError, type YqError } from '#core/errors/index.ts';

export interface RecordTurn {
  /** Rejects with what the token says, or with the reason of the stop. */
  sign(bytes: Uint8Array): Promise<Uint8Array>;
  /** The key has been asked for this record. */
  readonly begun: boolean;
}

export interface TokenQueue {
  /** `place` in the list. */
  record(place: number): RecordTurn;
  /** From now on the key is not asked for any record that is not begun. The first reason stays. */
  stop(reason: YqError): void;
  readonly stopped: YqError | undefined;
  /** ms in which the key was at work, on one thing or several. */
  readonly busy: number;
  /** Signatures that wait for the key now. */
  readonly waiting: number;
}

/** Faults of the key itself: going on would only repeat them, or use up PIN tries. */
export const isKeyFault = ({ code }: YqError): boolean => /^(TOKEN|COSIGN|PHONE)_/.test(code) || code === 'DESK_LOCKED';

interface Waiting {
  readonly bytes: Uint8Array;
  readonly of: { readonly place: number; begun: boolean };
  resolve(signature: Uint8Array): void;
  reject(e: Error): void;
}

/** `together`: how many signatures the key is asked for at a time. */
export function createTokenQueue(
  sign: (bytes: Uint8Array) => Promise<Uint8Array>,
  { together = 1, clock = () => performance.now() }: { readonly together?: number; readonly clock?: () => number } = {},
): TokenQueue {
  const line: Waiting[] = [];
  let inHand = 0;
  let busy = 0;
  let busySince = 0;
  let stopped: YqError | undefined;
  let broken = false;

  const refuses = (w: { readonly begun: boolean }): boolean => stopped !== undefined && (broken || !w.begun);
  const sweep = (): void => {
    for (const w of line.splice(0)) {
      if (stopped !== undefined && refuses(w.of)) w.reject(stopped);
      else line.push(w);
    }
  };
  const handOver = (at: Waiting): void => {
    if (inHand === 0) busySince = clock();
    inHand++;
    at.of.begun = true;
    sign(at.bytes)
      .then(at.resolve, (e: unknown) => {
        const error = asYqError(e, 'TOKEN_DRIVER_CRASHED');
        at.reject(error);
        if (!isKeyFault(error)) return;
        stopped ??= error;
        broken = true;
      })
      .finally(() => {
        inHand--;
        if (inHand === 0) busy += clock() - busySince;
        sweep();
        next();
      });
  };
  const next = (): void => {
    while (inHand < together) {
      const [at] = line.toSorted((a, b) => a.of.place - b.of.place);
      if (!at) return;
      line.splice(line.indexOf(at), 1);
      handOver(at);
    }
  };

  return {
    record(place) {
      const of = { place, begun: false };
      return {
        get begun() {
          return of.begun;
        },
        sign: (bytes) =>
          new Promise((resolve, reject) => {
            if (stopped !== undefined && refuses(of)) {
              reject(stopped);
              return;
            }
            line.push({ bytes, of, resolve, reject });
            next();
          }),
      };
    },
    stop(reason) {
      stopped ??= reason;
      sweep();
    },
    get stopped() {
      return stopped;
    },
    get busy() {
      return busy;
    },
    get waiting() {
      return line.length;
    },
  };
}
