/** What the patient's window knows: the one page main gave it. Main owns the truth; a reload loses nothing. */
import { create } from 'zustand';
import type { PatientCallName, PatientPage, patientCalls } from '#shared/consent.ts';
import type { WireError } from '#shared/errors.ts';
import type { z } from 'zod';
import { useLanguage } from '../i18n/index.ts';

export interface PatientState {
  /** Undefined until main has answered; null while no form is shown. */
  readonly page: PatientPage | null | undefined;
  readonly error: WireError | null;
  /** The person said no here; main has been told. */
  readonly declined: boolean;
}

export const usePatient = create<PatientState>(() => ({ page: undefined, error: null, declined: false }));
export const set = usePatient.setState;
export const get = usePatient.getState;

type Input<N extends PatientCallName> = z.input<(typeof patientCalls)[N]['input']>;

/** Calls main; never rejects. */
export const ask = <N extends PatientCallName>(name: N, input: Input<N>) => window.yiqianPatient.call(name, input);

/** A page takes the place of the one before; another form or another writer begins anew. */
export function show(page: PatientPage | null): void {
  if (page !== null) useLanguage(page.language);
  set((s) => ({
    page,
    error: null,
    declined: s.declined && s.page?.consentId === page?.consentId && s.page?.writer === page?.writer,
  }));
}

export async function load(): Promise<void> {
  const r = await ask('patient:page', undefined);
  if (r.ok) show(r.value);
  else set({ error: r.error });
}

export function connect(): void {
  window.yiqianPatient.on('patient:changed', show);
  void load();
}
