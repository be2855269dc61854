/** Files whose signatures are judged. */
import type { WireError } from '#shared/errors.ts';
import { setFolderView } from './folder.ts';
import { ask, get, set, type Checked } from './store.ts';

function take(r: Awaited<ReturnType<typeof ask<'verify:choose'>>>): void {
  if (!r.ok) return set({ checking: false, verifyError: r.error });
  set((s) => ({
    checking: false,
    checked: [...s.checked, ...r.value],
    checkedShown: r.value.length > 0 ? s.checked.length : s.checkedShown,
  }));
}

export async function verifyChosen(): Promise<void> {
  if (get().checking) return;
  set({ place: 'verify', checking: true, verifyError: null });
  take(await ask('verify:choose', undefined));
}

export async function verifyPaths(paths: string[]): Promise<void> {
  if (paths.length === 0 || get().checking) return;
  set({ place: 'verify', checking: true, verifyError: null });
  take(await ask('verify:paths', { paths }));
}

/** Judges an encrypted file again; what went wrong, or null. */
export async function unlock(handle: string, password: string): Promise<WireError | null> {
  const r = await ask('verify:unlock', { handle, password });
  if (!r.ok) return r.error;
  const open: Checked = { ...r.value, password };
  const { folder } = get();
  if (folder?.opened?.document.handle === handle) setFolderView({ opened: open });
  set((s) => ({ checked: s.checked.map((c) => (c.document.handle === handle ? open : c)) }));
  return null;
}

export function closeChecked(index: number): void {
  const c = get().checked[index];
  if (c !== undefined) void ask('documents:close', { handle: c.document.handle });
  set((s) => ({
    checked: s.checked.filter((_, i) => i !== index),
    checkedShown: Math.max(0, Math.min(s.checkedShown, s.checked.length - 2)),
  }));
}
