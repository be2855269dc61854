/** A form as the staff's window sees it. Bytes are served by handle; what lies encrypted on the disk is opened for a signed-in person only. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { checkInk, inkPicture } from '#core/consent/index.ts';
import type { Ink } from '#core/consent/types.ts';
import { sm3, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { ConsentSummary, ConsentView, Writer } from '#shared/consent.ts';
import { viewOf, type HeldDocument } from '../desk/documents.ts';
import { judgeHeld } from '../desk/judged.ts';
import { toWireError } from '../wire-error.ts';
import type { Catalogue } from './catalogue.ts';
import type { ConsentDeps } from './deps.ts';
import type { Form, FormStore, UnreadableForm } from './form-store.ts';

const DAY = 86_400_000;

/** mm of the writing surface, whatever the display. */
export const SURFACE = { width: 160, height: 60 } as const;

/** What a writer has put down so far; undefined when there is no stroke. */
export function inkOf(store: FormStore, id: string, writer: Writer): Ink | undefined {
  const kept = store.strokes(id, writer);
  const [first, last] = [kept[0], kept.at(-1)];
  if (!first || !last) return undefined;
  const length = first.stroke.points.at(-1)?.[2] ?? 0;
  const ink: Ink = {
    ...SURFACE,
    strokes: kept.map((k) => k.stroke),
    // The hand touched down so much before it was lifted.
    begunAt: new Date(Date.parse(first.liftedAt) - length).toISOString(),
    endedAt: last.liftedAt,
  };
  checkInk(ink);
  return ink;
}

export interface Views {
  of(form: Form): Promise<ConsentView>;
  summary(form: Form): ConsentSummary;
  /** A line for a form that can't be read: it says so, and what to do. */
  unreadable(form: UnreadableForm): ConsentSummary;
  /** Everything that was shown is forgotten: sign-out. */
  clear(): void;
}

export function createViews(deps: ConsentDeps, catalogue: Catalogue): Views {
  const { store, documents, world, ports } = deps;
  const forms = new Map<string, string>();
  const signed = new Map<string, string>();
  const pictures = new Map<string, { readonly of: string; readonly url: string }>();

  /** Holds the form's bytes under one handle for as long as somebody is signed in. */
  const documentOf = ({ id, state }: Form): HeldDocument | undefined => {
    if (state.document === null) return undefined;
    const held = documents.get(forms.get(id) ?? '');
    if (held?.sm3 === state.document) return held;
    if (held) documents.close(held.handle);
    const bytes = store.file(id, 'document');
    if (!bytes) return undefined;
    const added = documents.add(`consent-${id.slice(0, 8)}.pdf`, new Uint8Array(bytes));
    forms.set(id, added.handle);
    return added;
  };
  /** `of` names the state of what is drawn: the same state has one picture and one URL. */
  const pictureUrl = (
    key: string,
    of: string,
    draw: () => readonly [Uint8Array, 'PNG' | 'JPG' | 'BMP' | 'SVG'],
  ): string => {
    const shown = pictures.get(key);
    if (shown?.of === of && documents.picture(shown.url.slice('/picture/'.length))) return shown.url;
    if (shown) documents.dropPicture(shown.url);
    const [bytes, format] = draw();
    const url = documents.addPicture(new Uint8Array(bytes), format);
    pictures.set(key, { of, url });
    return url;
  };
  const inkView = (form: Form, writer: Writer): ConsentView['ink'][Writer] => {
    const part = form.state.parts[writer];
    const confirmed = part?.confirmedAt != null;
    const strokes = store.countStrokes(form.id, writer);
    if (strokes > 0) {
      const of = `${strokes} ${store.strokes(form.id, writer).at(-1)?.liftedAt ?? ''}`;
      const url = pictureUrl(`${form.id} ${writer}`, of, () => {
        const ink = inkOf(store, form.id, writer);
        if (!ink) throw new YqError('CONSENT_KEPT', { detail: 'strokes' });
        return [inkPicture(ink).data, 'SVG'];
      });
      return { strokes, pictureUrl: url, confirmed };
    }
    const sealed = store.file(form.id, `picture-${writer}`);
    const url = sealed ? pictureUrl(`${form.id} ${writer}`, 'sealed', () => [sealed, 'SVG']) : null;
    return { strokes: confirmed ? (part?.strokes ?? 0) : 0, pictureUrl: url, confirmed };
  };
  const evidenceUrl = (form: Form, kind: 'fingerprint' | 'photo'): string | undefined => {
    const at = form.state[kind]?.at;
    if (at === undefined) return undefined;
    const picture = store.picture(form.id, kind);
    return picture && pictureUrl(`${form.id} ${kind}`, at, () => [picture.data, picture.format]);
  };
  /** The finished file as it lies on the disk, judged as a stranger would; null when it is not there any more. */
  const signedView = async ({ id, state }: Form): Promise<ConsentView['signed']> => {
    if (!state.signed) return null;
    let held = documents.get(signed.get(id) ?? '');
    if (!held?.report) {
      const bytes = await readFile(state.signed.path).catch(() => undefined);
      if (!bytes || toHex(sm3(bytes)) !== state.signed.sm3) return null;
      held = documents.add(basename(state.signed.path), new Uint8Array(bytes));
      signed.set(id, held.handle);
      await judgeHeld(documents, held, await deps.trust(), ports.now());
    }
    const { report } = held;
    if (!report) return null;
    return { document: viewOf(held), report, uploaded: state.signed.upload === 'uploaded' };
  };
  const errorOf = ({ stage, state }: Form): ConsentView['error'] => {
    const days = ports.configuration.consentOfflineDays.value;
    if (stage === 'queued' && state.act && ports.now().getTime() - Date.parse(state.act.claimedAt) > days * DAY) {
      return toWireError(new YqError('CONSENT_OVERDUE', { params: { days } }));
    }
    return state.error;
  };
  const gone = (path: string): ConsentView['error'] =>
    toWireError(new YqError('DOCUMENT_CHANGED', { params: { file: basename(path) } }));

  return {
    async of(form) {
      const { state } = form;
      const held = documentOf(form);
      const fingerprintUrl = evidenceUrl(form, 'fingerprint');
      const photoUrl = evidenceUrl(form, 'photo');
      const finished = await signedView(form);
      return {
        id: form.id,
        stage: form.stage,
        template: catalogue.shown(state.template),
        patient: state.patient,
        values: state.values,
        draft: state.draft,
        signer: state.signer,
        witness: state.witness,
        document: held ? viewOf(held) : null,
        allowed: state.parts.patient?.allowed ?? null,
        declined: state.declined,
        ink: { patient: inkView(form, 'patient'), witness: inkView(form, 'witness') },
        fingerprint:
          state.fingerprint && fingerprintUrl !== undefined
            ? { ...state.fingerprint, pictureUrl: fingerprintUrl }
            : null,
        photo: state.photo && photoUrl !== undefined ? { pictureUrl: photoUrl, at: state.photo.at } : null,
        display: world.display.state(),
        offline: state.offline,
        createdAt: form.createdAt,
        writtenAt: state.writtenAt,
        trustedTime: state.trustedTime,
        error: state.signed && !finished ? gone(state.signed.path) : errorOf(form),
        signed: finished,
      };
    },
    summary: (form) => ({
      id: form.id,
      stage: form.stage,
      createdAt: form.createdAt,
      writtenAt: form.state.writtenAt,
      offline: form.state.offline,
      error: errorOf(form),
      title: form.state.template.title,
      patientName: form.state.patient.name,
      bed: form.state.patient.bed,
    }),
    unreadable: (form) => ({
      ...form,
      writtenAt: null,
      offline: false,
      error: toWireError(new YqError('CONSENT_KEPT')),
      title: '—',
      patientName: '—',
      bed: '—',
    }),
    clear() {
      forms.clear();
      signed.clear();
      pictures.clear();
    },
  };
}
