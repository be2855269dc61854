/** Consent forms as the window knows them: the list, the form in hand, and what is being typed, which goes to main at short notice. */
import { create } from 'zustand';
import type {
  ConsentProgress,
  ConsentStep,
  ConsentSummary,
  ConsentTemplate,
  ConsentView,
  SignerDraft,
  WitnessDraft,
  Writer,
} from '#shared/consent.ts';
import type { WireError } from '#shared/errors.ts';
import type { CallOutput } from '#shared/ipc.ts';
import { emptySigner, emptyWitness, signerOf, witnessOf } from '../screens/consent/complete.ts';
import { ask, type Answer } from './store.ts';

export type Templates = CallOutput<'consent:templates'>;
export type Reader = CallOutput<'consent:readers'>[number];

/** What is typed about the form in hand; ahead of main by `SAVE_AFTER` at most. */
export interface Draft {
  readonly values: Readonly<Record<string, string>>;
  readonly signer: SignerDraft;
  readonly witness: WitnessDraft;
}
export type Saving = 'saved' | 'unsaved' | 'saving' | 'failed';
export type StepKey = `${ConsentStep}/${'patient' | 'witness' | 'staff' | 'all'}`;

export interface ConsentState {
  /** Null until read. */
  readonly list: readonly ConsentSummary[] | null;
  readonly listError: WireError | null;
  readonly templates: Templates | null;
  readonly templatesError: WireError | null;
  readonly starting: boolean;
  /** Of the form on its way. */
  readonly opening: string | null;
  readonly openError: WireError | null;
  readonly view: ConsentView | null;
  readonly draft: Draft | null;
  readonly saving: Saving;
  /** The call in flight, by its name without the area. */
  readonly busy: string | null;
  /** Of the last thing asked for. */
  readonly error: WireError | null;
  readonly readers: readonly Reader[] | null;
  readonly progress: Readonly<Partial<Record<StepKey, ConsentProgress>>>;
}

const nothing: ConsentState = {
  list: null,
  listError: null,
  templates: null,
  templatesError: null,
  starting: false,
  opening: null,
  openError: null,
  view: null,
  draft: null,
  saving: 'saved',
  busy: null,
  error: null,
  readers: null,
  progress: {},
};

export const useConsent = create<ConsentState>(() => nothing);
const set = useConsent.setState;
const get = useConsent.getState;

/** ms of quiet after which what was typed goes to main. */
export const SAVE_AFTER = 400;

/** Somebody still has to do something about it. */
export const inWork = (c: { stage: ConsentSummary['stage'] }): boolean => c.stage !== 'done' && c.stage !== 'abandoned';

const draftOf = (view: ConsentView): Draft => ({
  values: { ...Object.fromEntries(view.template.fields.map((f) => [f.id, f.value])), ...view.values },
  signer: view.signer ?? view.draft?.signer ?? emptySigner(view.patient.name),
  witness: view.witness ?? view.draft?.witness ?? emptyWitness,
});

const summaryOf = (v: ConsentView): ConsentSummary => ({
  id: v.id,
  stage: v.stage,
  createdAt: v.createdAt,
  writtenAt: v.writtenAt,
  offline: v.offline,
  error: v.error,
  title: v.template.title,
  patientName: v.patient.name,
  bed: v.patient.bed,
});

const withSummary = (list: readonly ConsentSummary[] | null, c: ConsentSummary): readonly ConsentSummary[] | null =>
  list === null ? null : list.some((x) => x.id === c.id) ? list.map((x) => (x.id === c.id ? c : x)) : [c, ...list];

/** Main's word about a form. What is typed at this moment stays as it is. */
export function consentChanged(view: ConsentView): void {
  set((s) => ({
    list: withSummary(s.list, summaryOf(view)),
    ...(s.view?.id === view.id && {
      view,
      ...(s.saving === 'saved' && { draft: draftOf(view) }),
    }),
  }));
}

export function consentProgressed(p: ConsentProgress): void {
  if (get().view?.id !== p.id) return;
  set((s) => ({ progress: { ...s.progress, [`${p.step}/${p.party ?? 'all'}`]: p } }));
}

let timer: ReturnType<typeof setTimeout> | undefined;

/** Another person, or nobody: nothing of this one stays. */
export function forgetConsents(): void {
  clearTimeout(timer);
  set(nothing, true);
}

export async function loadConsents(): Promise<void> {
  const r = await ask('consent:list', undefined);
  set(r.ok ? { list: r.value, listError: null } : { listError: r.error });
}

export async function loadTemplates(): Promise<void> {
  const r = await ask('consent:templates', undefined);
  set(r.ok ? { templates: r.value, templatesError: null } : { templatesError: r.error });
}

export async function loadReaders(): Promise<void> {
  const r = await ask('consent:readers', undefined);
  set({ readers: r.ok ? r.value : [] });
}

export function beginStart(): void {
  set({ starting: true, error: null });
  void loadTemplates();
}
export const endStart = (): void => set({ starting: false, error: null });

const inHand = (view: ConsentView): Partial<ConsentState> => ({
  view,
  draft: draftOf(view),
  saving: 'saved',
  starting: false,
  opening: null,
  openError: null,
  error: null,
  progress: {},
});

export async function startConsent(patientId: string, templateId: string): Promise<void> {
  set({ busy: 'start', error: null });
  const r = await ask('consent:start', { patientId, templateId });
  set({ busy: null, ...(r.ok ? inHand(r.value) : { error: r.error }) });
  if (r.ok) set((s) => ({ list: withSummary(s.list, summaryOf(r.value)) }));
}

export async function openConsent(id: string): Promise<void> {
  await saveDraft();
  set({ opening: id, openError: null, view: null, draft: null });
  const r = await ask('consent:get', { id });
  if (get().opening !== id) return;
  set(r.ok ? inHand(r.value) : { opening: null, openError: r.error });
}

/** Back to the list; what was typed is kept first. */
export async function closeConsent(): Promise<void> {
  await saveDraft();
  set({ view: null, draft: null, openError: null, error: null, progress: {} });
  await loadConsents();
}

function type(change: (d: Draft) => Draft): void {
  const { draft } = get();
  if (draft === null) return;
  set({ draft: change(draft), saving: 'unsaved', error: null });
  clearTimeout(timer);
  timer = setTimeout(() => void saveDraft(), SAVE_AFTER);
}
export const fillBlank = (id: string, value: string): void =>
  type((d) => ({ ...d, values: { ...d.values, [id]: value } }));
export const fillSigner = (patch: Partial<SignerDraft>): void =>
  type((d) => ({ ...d, signer: { ...d.signer, ...patch } }));
export const fillWitness = (patch: Partial<WitnessDraft>): void =>
  type((d) => ({ ...d, witness: { ...d.witness, ...patch } }));

/** Sends what main does not have yet; true when nothing is left to send. */
export async function saveDraft(): Promise<boolean> {
  clearTimeout(timer);
  const { view, draft, saving } = get();
  if (view === null || draft === null || saving === 'saved') return true;
  set({ saving: 'saving' });
  const r = await ask('consent:fill', { id: view.id, ...draft });
  const now = get();
  if (now.view?.id !== view.id) return r.ok;
  // More may have been typed meanwhile; that goes with the next round.
  const stillTyping = now.draft !== draft;
  if (!r.ok) set({ saving: 'failed', error: r.error });
  else set({ view: r.value, ...(stillTyping ? {} : { saving: 'saved' }) });
  if (r.ok && stillTyping) return saveDraft();
  return r.ok;
}

/** Asks main for one thing about the form in hand and shows what came of it. */
async function act(busy: string, call: (id: string) => Promise<Answer<'consent:get'>>): Promise<boolean> {
  const { view } = get();
  if (view === null || get().busy !== null) return false;
  set({ busy, error: null });
  const r = await call(view.id);
  set({ busy: null });
  if (get().view?.id !== view.id) return r.ok;
  if (r.ok) consentChanged(r.value);
  else set({ error: r.error });
  return r.ok;
}

export async function present(): Promise<boolean> {
  if (!(await saveDraft())) return false;
  const { view, draft } = get();
  if (view === null || draft === null) return false;
  return act('present', (id) =>
    ask('consent:present', { id, signer: signerOf(draft.signer), witness: witnessOf(draft.witness) }),
  );
}
export const reopen = (): Promise<boolean> => act('reopen', (id) => ask('consent:reopen', { id }));
export const showPatient = (writer: Writer): Promise<boolean> =>
  act('showPatient', (id) => ask('consent:showPatient', { id, writer }));
export const hidePatient = (): Promise<boolean> => act('hidePatient', (id) => ask('consent:hidePatient', { id }));
export const takeFingerprint = (reader: string): Promise<boolean> =>
  act('takeFingerprint', (id) => ask('consent:takeFingerprint', { id, reader }));
export const importFingerprint = (): Promise<boolean> =>
  act('importFingerprint', (id) => ask('consent:importFingerprint', { id }));
export const dropFingerprint = (): Promise<boolean> =>
  act('dropFingerprint', (id) => ask('consent:dropFingerprint', { id }));
export const setPhoto = (image: Uint8Array<ArrayBuffer>): Promise<boolean> =>
  act('setPhoto', (id) => ask('consent:setPhoto', { id, image }));
export const dropPhoto = (): Promise<boolean> => act('dropPhoto', (id) => ask('consent:dropPhoto', { id }));

export async function finish(pin: string): Promise<boolean> {
  set({ progress: {} });
  return act('finish', (id) => ask('consent:finish', { id, pin }));
}

/** The queued forms under one PIN; the list says how each of them ended. */
export async function complete(ids: readonly string[], pin: string): Promise<boolean> {
  set({ busy: 'complete', error: null });
  const r = await ask('consent:complete', { ids: [...ids], pin });
  set({ busy: null, ...(r.ok ? { list: r.value } : { error: r.error }) });
  const { view } = get();
  if (r.ok && view !== null && ids.includes(view.id)) await openConsent(view.id);
  return r.ok;
}

export async function abandon(reason: string): Promise<WireError | null> {
  const { view } = get();
  if (view === null) return null;
  clearTimeout(timer);
  set({ busy: 'abandon' });
  const r = await ask('consent:abandon', { id: view.id, reason });
  set({ busy: null });
  if (!r.ok) return r.error;
  set({ list: r.value, view: null, draft: null, saving: 'saved', error: null });
  return null;
}

export const templateOf = (id: string): ConsentTemplate | undefined =>
  get().templates?.templates.find((t) => t.id === id);
