/** Files whose signatures are judged. */
import { ask, get, set } from './store.ts';

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

export function closeChecked(index: number): void {
  const c = get().checked[index];
  if (c !== undefined) void ask('documents:close', { handle: c.document.handle });
  set((s) => ({
    checked: s.checked.filter((_, i) => i !== index),
    checkedShown: Math.max(0, Math.min(s.checkedShown, s.checked.length - 2)),
  }));
}
