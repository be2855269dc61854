/** The last approvals of this phone, for its owner to look at: when, what kind, how many, which desk. No patients, no digests. */
import type { Database } from './database.ts';

export interface Act {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly kind: 'login' | 'sign';
  readonly desk: string;
  /** Documents that were approved; 0 for a login. */
  readonly count: number;
  /** Documents that were signed. */
  readonly signed: number;
  /** How it ended: `done`, or the code of the error. */
  readonly end: string;
}

const KEPT = 50;

/** Newest first. */
export const readActs = (database: Database): Promise<readonly Act[]> =>
  database.transact('acts', 'readonly', async (store, ask) =>
    ((await ask(store.getAll())) as Act[]).slice(-KEPT).reverse(),
  );

export const addAct = (database: Database, act: Act): Promise<void> =>
  database.transact('acts', 'readwrite', async (store, ask) => {
    await ask(store.add(act));
    const ids = await ask(store.getAllKeys());
    const [oldest] = ids.slice(-KEPT);
    if (oldest !== undefined && ids.length > KEPT) await ask(store.delete(IDBKeyRange.upperBound(oldest, true)));
  });

export const forgetActs = (database: Database): Promise<void> =>
  database.transact('acts', 'readwrite', async (store, ask) => void (await ask(store.clear())));
