/** What a form still lacks before it can go to the patient: plain functions over what was typed. */
import { z } from 'zod';
import type {
  ConsentSigner,
  ConsentTemplate,
  ConsentView,
  SignerDraft,
  SignerRole,
  WitnessDraft,
} from '#shared/consent.ts';

export const ROLES: readonly SignerRole[] = ['self', 'guardian', 'relative', 'authorised', 'institution'];

export const emptyWitness: WitnessDraft = { name: '', relation: '' };

/** The patient signs unless somebody says otherwise. */
export const emptySigner = (patientName: string): SignerDraft => ({
  role: 'self',
  name: patientName,
  relation: '',
  reason: '',
  idKind: 'none',
  idNumber: '',
  phone: '',
});

/** Another role begins with nobody's name; back to the patient takes the patient's. */
export const withRole = (s: SignerDraft, role: SignerRole, patientName: string): SignerDraft => ({
  ...s,
  role,
  name: role === 'self' ? patientName : s.role === 'self' ? '' : s.name,
  ...(role === 'self' && { relation: '', reason: '' }),
});

const tidy = (s: string): string => s.trim().replace(/\s+/g, ' ');
export const signerOf = (s: SignerDraft): ConsentSigner => ({
  ...s,
  name: tidy(s.name),
  relation: tidy(s.relation),
  reason: tidy(s.reason),
  idNumber: s.idKind === 'none' ? '' : s.idNumber.replace(/\s/g, '').toUpperCase(),
  phone: s.phone.replace(/[\s-]/g, ''),
});
export const witnessOf = (w: WitnessDraft): { name: string; relation: string } | null =>
  tidy(w.name) === '' ? null : { name: tidy(w.name), relation: tidy(w.relation) };

/** The check character of an 18-digit resident id number (GB 11643, ISO 7064 MOD 11-2); 15 digits are of the time before it. */
export function residentId(text: string): boolean {
  const n = text.replace(/\s/g, '').toUpperCase();
  if (!/^\d{17}[\dX]$/.test(n)) return false;
  const sum = [...n.slice(0, 17)].reduce((a, d, i) => a + Number(d) * (2 ** (17 - i) % 11), 0);
  return '10X98765432'[sum % 11] === n[17];
}

const isoDay = z.iso.date();
/** A day, or a day and the time of it, as forms are filled in with. */
export const isDay = (s: string): boolean => {
  const [day = '', time] = s.trim().split(/[ T]/, 2);
  return isoDay.safeParse(day).success && (time === undefined || /^([01]\d|2[0-3]):[0-5]\d$/.test(time));
};

export type Lack =
  | { readonly kind: 'blank' | 'date'; readonly id: string; readonly label: { zh: string; en: string } }
  | { readonly kind: 'name' | 'relation' | 'reason' | 'idNumber' | 'phone' | 'witness' };

export interface Typed {
  readonly values: Readonly<Record<string, string>>;
  readonly signer: SignerDraft;
  readonly witness: WitnessDraft;
}

/** In the order of the screen. */
export function lacks(template: ConsentTemplate, typed: Typed): Lack[] {
  const found: Lack[] = [];
  for (const f of template.fields) {
    const value = (typed.values[f.id] ?? '').trim();
    if (value === '' && f.required) found.push({ kind: 'blank', id: f.id, label: f.label });
    else if (value !== '' && f.kind === 'date' && !isDay(value)) found.push({ kind: 'date', id: f.id, label: f.label });
  }
  const { signer: s, witness: w } = typed;
  if (s.name.trim() === '') found.push({ kind: 'name' });
  if (s.role !== 'self' && s.relation.trim() === '') found.push({ kind: 'relation' });
  if (s.role !== 'self' && s.reason.trim() === '') found.push({ kind: 'reason' });
  if (s.idKind !== 'none' && (s.idKind === 'resident' ? !residentId(s.idNumber) : s.idNumber.trim() === ''))
    found.push({ kind: 'idNumber' });
  if (s.phone.trim() !== '' && !/^\+?\d{5,19}$/.test(s.phone.replace(/[\s-]/g, ''))) found.push({ kind: 'phone' });
  if (template.witness === 'required' && w.name.trim() === '') found.push({ kind: 'witness' });
  if (w.name.trim() === '' && w.relation.trim() !== '' && template.witness !== 'none') found.push({ kind: 'witness' });
  return found;
}

export type Remaining = 'patient' | 'witness' | 'fingerprint' | 'photo';

/** What is missing before the staff member signs. A fingerprint or photo that the person refused is not waited for: the form goes on paper then. */
export function remaining(v: ConsentView): Remaining[] {
  const left: Remaining[] = [];
  if (!v.ink.patient.confirmed) left.push('patient');
  if (v.witness !== null && !v.ink.witness.confirmed) left.push('witness');
  if (v.template.fingerprint === 'required' && v.fingerprint === null) left.push('fingerprint');
  if (v.template.photo === 'required' && v.photo === null) left.push('photo');
  return left;
}

/** The patient's side refused something that this form can't be signed electronically without. */
export function onPaper(v: ConsentView): boolean {
  if (v.allowed === null) return false;
  return (
    !v.allowed.handwriting ||
    (v.template.fingerprint === 'required' && !v.allowed.fingerprint) ||
    (v.template.photo === 'required' && !v.allowed.photo)
  );
}

export const isFilling = (v: ConsentView): boolean => v.stage === 'filling' || v.stage === 'signer';

/** All that the staff member's own signature waits for is there. */
export const canFinish = (v: ConsentView): boolean =>
  ['patient', 'witness', 'staff'].includes(v.stage) && remaining(v).length === 0 && !onPaper(v) && v.declined == null;

/** The dialog in front of the form. */
export type Asking = 'pin' | 'complete' | 'abandon' | 'reopen' | null;

/** Checks are kept as one line each, so that the value stays a string. */
export const checksOf = (value: string): string[] => value.split('\n').filter((x) => x !== '');
export const checksText = (chosen: readonly string[]): string => chosen.join('\n');
