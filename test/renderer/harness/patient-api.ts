/**
 * `window.yiqianPatient` without main. Runs in the page before the patient's window. `?scenario=…&language=…`; specs reach it as
 * `window.harness`. It keeps strokes the way main does: by their number, once.
 */
import type { InkStrokeView, PatientApi, PatientPage } from '../../../src/shared/consent.ts';
import type { ConsentData } from './consent-data.ts';

const query = new URLSearchParams(location.search);
const scenario = (query.get('scenario') ?? '').split(',');
const is = (name: string): boolean => scenario.includes(name);
const calls: [string, unknown][] = [];
const listeners = new Set<(page: never) => void>();
const data: Promise<ConsentData> = fetch('/harness/consent.json').then((r) => r.json() as Promise<ConsentData>);
const strokesOf = (n: number): Promise<InkStrokeView[]> =>
  fetch(`/harness/strokes.json?n=${n}`).then((r) => r.json() as Promise<InkStrokeView[]>);
const ok = (value: unknown) => ({ ok: true, value });

/** Answers that main gives and nobody gets, and answers that say no; counted down by the specs. */
const faults = { lost: 0, refused: 0 };
let page: PatientPage | null | undefined;

async function pageNow(): Promise<PatientPage | null> {
  if (page !== undefined) return page;
  const d = await data;
  if (is('no-page')) return (page = null);
  const allowed = is('allowed')
    ? { handwriting: true, fingerprint: true, photo: true, at: new Date().toISOString() }
    : null;
  return (page = {
    ...d.page,
    language: query.get('language') === 'en' ? 'en' : 'zh',
    ...(is('witness') && {
      writer: 'witness' as const,
      role: null,
      signerName: '王小某',
      asks: { fingerprint: false, photo: false },
    }),
    ...(is('guardian') && { role: 'guardian' as const, signerName: '王大某' }),
    ...(is('hand-only') && { asks: { fingerprint: false, photo: false } }),
    ...(is('no-text') && { paragraphs: [] }),
    allowed: is('refused')
      ? { handwriting: false, fingerprint: false, photo: false, at: new Date().toISOString() }
      : allowed,
    strokes: is('written') ? await strokesOf(22) : [],
    confirmed: is('confirmed'),
  });
}

async function answer(name: string, input: never): Promise<unknown> {
  const d = await data;
  const now = await pageNow();
  if (name === 'patient:page') return is('unreachable') ? { ok: false, error: d.errors['backend'] } : ok(now);
  if (now === null) return { ok: false, error: d.errors['backend'] };
  const given = input as unknown as Record<string, never>;
  if (faults.refused > 0 && (name === 'patient:stroke' || name === 'patient:undo')) {
    faults.refused--;
    return { ok: false, error: d.errors['full'] };
  }
  let value: unknown;
  switch (name) {
    case 'patient:allow':
      page = { ...now, allowed: { ...(input as object), at: new Date().toISOString() } as PatientPage['allowed'] };
      value = page;
      break;
    case 'patient:stroke': {
      const index = Number(given['index']);
      if (index === now.strokes.length)
        page = { ...now, strokes: [...now.strokes, given['stroke'] as unknown as InkStrokeView] };
      value = { kept: (page as PatientPage).strokes.length };
      break;
    }
    case 'patient:undo':
      page = { ...now, strokes: given['all'] ? [] : now.strokes.slice(0, -1) };
      value = { kept: page.strokes.length };
      break;
    case 'patient:confirm':
      page = { ...now, confirmed: true };
      value = page;
      break;
    default:
      value = undefined;
  }
  if (faults.lost > 0 && (name === 'patient:stroke' || name === 'patient:undo')) {
    faults.lost--;
    await new Promise(() => {});
  }
  return ok(value);
}

const api: PatientApi = {
  async call(name: string, input: never) {
    calls.push([name, input]);
    return (await answer(name, input)) as never;
  },
  on(_name, listener) {
    listeners.add(listener as never);
    return () => void listeners.delete(listener as never);
  },
};
const emit = (next: PatientPage | null): void => {
  page = next;
  for (const l of listeners) l(next as never);
};
Object.assign(window, { yiqianPatient: api, harness: { calls, faults, emit, page: () => page } });
