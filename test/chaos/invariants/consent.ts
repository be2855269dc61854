/**
 * Consent forms: what was acknowledged is kept, what is sealed lies nowhere in the open, a finished form stands in one whole file with one
 * signature per party, and what was handed in is what was signed.
 */
import { existsSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Kind, Place } from './check.ts';
import { booksOf, fileFacts, filesIn } from './facts.ts';

type Say = (kind: Kind, what: string) => void;

/** Stages in which nothing biometric may lie on the PC but in the sealed package. */
const CLOSED = new Set(['finishing', 'queued', 'done', 'abandoned']);

export const isConsentFile = (name: string): boolean => /^\.?consent-/.test(name);

/** SM3 of finished forms that the backend has booked. */
export const consentDocuments = (backend: string): string[] =>
  booksOf(join(backend, 'backend.sqlite'))
    .rows('SELECT signed_sm3 FROM consents')
    .flatMap((row) => (row['signed_sm3'] == null ? [] : [String(row['signed_sm3'])]));

export function checkConsents(
  { backend, desk }: Place,
  { settled, handedIn }: { settled: boolean; handedIn: boolean },
  say: Say,
): void {
  const [service, own] = [booksOf(join(backend, 'backend.sqlite')), booksOf(join(desk, 'desk.sqlite'))];
  const forms = own
    .rows('SELECT id, stage FROM consent_form')
    .map((r) => ({ id: String(r['id']), stage: String(r['stage']) }));
  const count = (table: string, id: string): number =>
    own.rows(`SELECT form_id FROM ${table}`).filter((r) => r['form_id'] === id).length;
  const received = new Map(
    service
      .rows('SELECT id, signed_sm3 FROM consents')
      .map((r) => [String(r['id']), r['signed_sm3'] == null ? undefined : String(r['signed_sm3'])]),
  );
  const names = filesIn(join(desk, 'signed')).map((f) => basename(f));

  for (const { id, stage } of forms) {
    const form = `consent ${id.slice(0, 8)} (${stage})`;
    if (stage === 'finishing' && settled) say('disagrees', `${form}: still being signed after a new start`);
    if (CLOSED.has(stage)) {
      for (const table of ['consent_stroke', 'consent_picture'])
        if (count(table, id) > 0) say('secret', `${form}: rows left in ${table}`);
      if (settled && existsSync(join(desk, 'consent-keys', `${id}.evidence-key`)))
        say('secret', `${form}: the key of its evidence is still there`);
    }
    const file = join(desk, 'signed', `consent-${id}.pdf`);
    const unfinished = names.filter((n) => n.startsWith(`.consent-${id}.pdf.`) && n.endsWith('.unfinished'));
    if (stage === 'done') {
      if (!existsSync(file)) say('lost', `${form}: its file is gone`);
      else if (!fileFacts(file).whole) say('half', `${form}: no whole PDF`);
      else if (received.get(id) !== undefined && received.get(id) !== fileFacts(file).sm3)
        say('disagrees', `${form}: the backend has other bytes`);
      if (settled && unfinished.length > 0) say('half', `${form}: ${unfinished.join(', ')} is left`);
      if (handedIn && received.get(id) === undefined) say('lost', `${form}: not handed in`);
    } else if (received.get(id) !== undefined && stage !== 'queued' && stage !== 'finishing') {
      say('disagrees', `${form}: the backend has it signed`);
    }
    if (!CLOSED.has(stage) && (existsSync(file) || unfinished.length > 0))
      say('disagrees', `${form}: signatures stand before it was sealed`);
  }
  const known = new Set(forms.map(({ id }) => id));
  for (const name of names.filter(isConsentFile)) {
    const id = /consent-([0-9a-f-]{36})/.exec(name)?.[1] ?? '';
    if (!known.has(id)) say('lost', `${name} belongs to no form`);
    if (settled && !/^consent-[0-9a-f-]{36}\.pdf$|\.unfinished$/.test(name))
      say('half', `left over in the folder of signed documents: ${name}`);
  }

  // In force at most one certificate per party; every sealed package that is booked is there as it was sealed.
  const inForce = new Map<string, number>();
  for (const r of service.rows('SELECT consent, party, in_force FROM consent_certificates')) {
    const key = `${String(r['consent']).slice(0, 8)} ${String(r['party'])}`;
    inForce.set(key, (inForce.get(key) ?? 0) + Number(r['in_force']));
  }
  for (const [party, n] of inForce) if (n > 1) say('doubled', `consent ${party}: ${n} certificates in force`);
  for (const r of service.rows('SELECT consent, part, sm3 FROM consent_packages')) {
    const path = join(backend, 'evidence', `${String(r['sm3'])}.p7m`);
    const part = `consent ${String(r['consent']).slice(0, 8)} ${String(r['part'])}`;
    if (!existsSync(path)) say('lost', `${part}: its package is gone`);
    else if (fileFacts(path).sm3 !== r['sm3']) say('half', `${part}: its package is another one`);
  }
}
