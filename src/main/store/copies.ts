/** When the store is copied: once a day while the program runs, and at its end. */
import type { Log } from '../log/file-log.ts';
import { copyStore, copies } from './keeping.ts';
import type { DeskStore } from './store.ts';

/** ms between two looks at whether today's copy is there. */
export const COPY_INTERVAL = 15 * 60_000;

export interface Copies {
  /** Copies when today's copy is not there yet. Never rejects; a full disk is told to the log. */
  whenDue(): Promise<void>;
  /** Copies now; today's earlier copy is replaced. Never rejects. */
  now(): Promise<void>;
}

interface CopiesDeps {
  readonly store: DeskStore;
  readonly log: Log;
  readonly now: () => Date;
}

export function createCopies({ store, log, now }: CopiesDeps, folder: string): Copies {
  let running: Promise<void> | undefined;
  const copy = (): Promise<void> => {
    running ??= copyStore(store, folder, now())
      .then(
        () => undefined,
        (e: unknown) => {
          log.error('store copy', e);
        },
      )
      .finally(() => {
        running = undefined;
      });
    return running;
  };
  return {
    async whenDue() {
      const today = now().toISOString().slice(0, 10);
      if (!copies(folder)[0]?.includes(today)) await copy();
    },
    async now() {
      await running; // one that began earlier lacks what was written since
      await copy();
    },
  };
}
