/** The seals this person may use: listed, imported, removed. */
import type { SealView } from '#shared/models.ts';
import { ask, get, set, type Answer } from './store.ts';

export async function loadSeals(): Promise<void> {
  const r = await ask('seals:list', undefined);
  set(r.ok ? { seals: r.value, sealsError: null } : { sealsError: r.error });
}

/** The seals that were not there before; the list is read anew. */
export async function importSeals(): Promise<Answer<'seals:import'>> {
  const known = new Set(get().seals?.map((s) => s.id));
  const r = await ask('seals:import', undefined);
  if (!r.ok || r.value.length === 0) return r;
  await loadSeals();
  return { ok: true, value: r.value.filter((s) => !known.has(s.id)) };
}

export async function removeSeal(sealId: string): Promise<Answer<'seals:remove'>> {
  const r = await ask('seals:remove', { sealId });
  if (r.ok) set({ seals: r.value });
  return r;
}

/** Can be put on a document by the person signed in: checked, in force, and theirs. */
export const usable = (s: SealView): boolean => s.mine && s.verdict === 'PASSED';

export const sealById = (id: string | null): SealView | undefined =>
  id === null ? undefined : get().seals?.find((s) => s.id === id);
