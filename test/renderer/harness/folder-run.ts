/** A folder being judged, in the page: rows come in lots of fifty; `folder-hold` stops after 400, so that a picture can be taken. */
import type { EventName } from '../../../src/shared/ipc.ts';
import type { FolderRow } from '../../../src/shared/models.ts';
import type { HarnessData } from './data.ts';

const LOT = 50;

export function folderRun(emit: (name: EventName, payload: unknown) => void, is: (name: string) => boolean) {
  let cancelled = false;
  const tell = (all: readonly FolderRow[], from: number, to: number, state: string): void => {
    const done = all.slice(0, to);
    const count = (v: FolderRow['verdict']) => done.filter((r) => r.verdict === v).length;
    emit('verify:folderProgress', {
      jobId: 'f1',
      folder: '归档 2026-11',
      total: all.length,
      done: to,
      passed: count('PASSED'),
      failed: count('FAILED'),
      indeterminate: count('INDETERMINATE'),
      unreadable: count(null),
      state,
      rows: all.slice(from, to),
    });
  };
  const run = async (all: readonly FolderRow[]): Promise<void> => {
    for (let from = 0; from < all.length; from += LOT) {
      await new Promise((done) => setTimeout(done, 4));
      if (cancelled) return tell(all, from, from, 'cancelled');
      const to = Math.min(all.length, from + LOT);
      tell(all, from, to, to === all.length ? 'finished' : 'running');
      if (is('folder-hold') && to >= 400) {
        while (!cancelled) await new Promise((done) => setTimeout(done, 20));
        return tell(all, to, to, 'cancelled');
      }
    }
  };
  return {
    answer(name: string, given: Readonly<Record<string, unknown>>, d: HarnessData): unknown {
      switch (name) {
        case 'verify:folder':
          if (is('folder-none')) return { ok: true, value: null };
          cancelled = false;
          setTimeout(() => void run(d.folder));
          return { ok: true, value: { jobId: 'f1', total: d.folder.length } };
        case 'verify:folderCancel':
          cancelled = true;
          return { ok: true, value: undefined };
        case 'verify:folderOpen': {
          const row = d.folder.find((r) => r.name === given['name']);
          const like = d.checked[row?.verdict === 'FAILED' ? 1 : row?.verdict === 'PASSED' ? 0 : 2];
          return { ok: true, value: like && { ...like, document: { ...like.document, name: row?.name ?? '' } } };
        }
        default:
          return { ok: true, value: { path: `/home/doctor/病历/验签结果.${String(given['kind'])}` } };
      }
    },
  };
}
