/** The strokes of this page: what is written, what main has of it, and the one outbox between the two. */
import { useEffect, useMemo, useRef, useState } from 'react';
import type { InkStrokeView, PatientPage } from '#shared/consent.ts';
import { usedUp } from './ink/capture.ts';
import { Outbox, type OutboxState } from './ink/outbox.ts';
import { ask } from './page.ts';

export interface Ink extends OutboxState {
  /** The page's clock when the surface was opened, less what earlier openings used up. */
  readonly openedAt: number;
  readonly add: (stroke: InkStrokeView) => void;
  readonly undo: () => void;
  readonly clear: () => void;
}

const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

export function useInk(page: PatientPage): Ink {
  const [state, setState] = useState<OutboxState>({
    strokes: page.strokes,
    kept: page.strokes.length,
    settled: true,
    failing: null,
  });
  const [openedAt] = useState(() => performance.now() - usedUp(page.strokes));
  const first = useRef(page.strokes);
  const box = useRef<Outbox | null>(null);
  useEffect(() => {
    const mine = new Outbox(first.current, {
      stroke: (index, stroke) => ask('patient:stroke', { index, stroke }),
      undo: (all) => ask('patient:undo', { all }),
      kept: async () => {
        const r = await ask('patient:page', undefined);
        return r.ok ? { ok: true, value: r.value?.strokes ?? null } : r;
      },
      wait,
      changed: setState,
    });
    box.current = mine;
    setState(mine.state);
    return () => mine.stop();
  }, []);
  // Taken back from outside: the staff opened the form anew.
  useEffect(() => void box.current?.heard(page.strokes), [page.strokes]);
  return useMemo(
    () => ({
      ...state,
      openedAt,
      add: (s) => box.current?.add(s),
      undo: () => box.current?.undo(),
      clear: () => box.current?.clear(),
    }),
    [state, openedAt],
  );
}
