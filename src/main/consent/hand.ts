/**
 * The patient's window: one form, one writer at a time. The order is law: asked first, then written; written strokes are on the disk before
 * they are acknowledged; what was confirmed is changed no more.
 */
import { checkInk, checkStroke, isBlank } from '#core/consent/index.ts';
import { YqError } from '#core/errors/index.ts';
import type { InkStrokeView, PatientPage, Writer } from '#shared/consent.ts';
import { viewOf } from '../desk/documents.ts';
import type { PatientHandlers } from '../ipc.ts';
import type { ConsentDeps } from './deps.ts';
import type { Form } from './form-store.ts';
import type { WriterPart } from './form-state.ts';
import type { Forms } from './forms.ts';
import { PRESENTED, notNow, presentedStage, requireStage } from './rules.ts';
import { SURFACE, inkOf } from './views.ts';

export interface Hand {
  readonly calls: PatientHandlers;
  /** Puts the form before the writer and opens the window. */
  show(id: string, writer: Writer): Form;
  /** Closes the window; what was written stays. */
  hide(): void;
  shown(): { readonly id: string; readonly writer: Writer } | undefined;
  /** The form has changed at the staff's side. */
  refresh(): void;
}

export interface HandDeps extends ConsentDeps {
  readonly forms: Forms;
  readonly changed: (id: string) => void;
}

const notAllowed = (): YqError =>
  new YqError('CONSENT_NOT_ALLOWED', { params: { 'what.zh': '手写笔迹', 'what.en': 'handwriting' } });

export function createHand(deps: HandDeps): Hand {
  const { ports, world, store, forms, note, changed } = deps;
  let shown: { readonly id: string; readonly writer: Writer; readonly handle: string } | undefined;

  const present = (): { readonly form: Form; readonly writer: Writer; readonly part: WriterPart } => {
    if (!shown) throw notNow('没有正在出示的同意书', 'no form is being shown');
    const form = forms.load(shown.id);
    requireStage(form, PRESENTED);
    const part = form.state.parts[shown.writer];
    if (!part) throw notNow('没有正在出示的同意书', 'no form is being shown');
    return { form, writer: shown.writer, part };
  };
  /** Something is still to be written. */
  const writing = (): ReturnType<typeof present> => {
    const now = present();
    if (now.form.state.declined) throw new YqError('CONSENT_DECLINED');
    if (now.part.confirmedAt !== null) throw notNow('签名已经确认', 'the signature is confirmed');
    return now;
  };
  const withPart = (form: Form, writer: Writer, part: WriterPart): Form => ({
    ...form,
    state: { ...form.state, parts: { ...form.state.parts, [writer]: part } },
  });
  const page = (): PatientPage | null => {
    if (!shown) return null;
    const { id, writer, handle } = shown;
    const form = forms.load(id);
    const held = world.documents.get(handle);
    const part = form.state.parts[writer];
    const { signer, witness, template } = form.state;
    if (!held || !part || !signer || !PRESENTED.includes(form.stage)) return null;
    const isPatient = writer === 'patient';
    return {
      consentId: id,
      writer,
      language: ports.settings.get().language,
      title: template.title,
      patientName: form.state.patient.name,
      signerName: isPatient ? signer.name : (witness?.name ?? ''),
      role: isPatient ? signer.role : null,
      document: viewOf(held),
      paragraphs: form.state.paragraphs,
      asks: {
        fingerprint: isPatient && template.fingerprint !== 'none',
        photo: isPatient && template.photo !== 'none' && ports.configuration.consentPhotos.value,
      },
      allowed: part.allowed,
      strokes: store.strokes(id, writer).map((k) => k.stroke as InkStrokeView),
      surface: { ...SURFACE },
      confirmed: part.confirmedAt !== null,
    };
  };
  const pageNow = (): PatientPage => {
    const now = page();
    if (!now) throw notNow('没有正在出示的同意书', 'no form is being shown');
    return now;
  };
  const hide = (): void => {
    if (!shown) return;
    const { id } = shown;
    shown = undefined;
    world.documents.clear();
    world.tellPatient(null);
    world.display.close();
    changed(id);
  };

  /** A page that was loaded anew counts from nought again; time on the paper only goes on. */
  const inOrder = (stroke: InkStrokeView, part: WriterPart, last: InkStrokeView | undefined): InkStrokeView => {
    const end = last ? last.at + (last.points.at(-1)?.[2] ?? 0) : 0;
    if (stroke.at >= end) return stroke;
    const took = stroke.points.at(-1)?.[2] ?? 0;
    const begun = ports.now().getTime() - Date.parse(part.openedAt) - took;
    return { ...stroke, at: Math.max(end, begun) };
  };

  return {
    calls: {
      'patient:page': () => (deps.session.identity(), page()),
      'patient:allow': (asked) => {
        const { form, writer, part } = writing();
        const isPatient = writer === 'patient';
        const allowed = {
          handwriting: asked.handwriting,
          fingerprint: isPatient && asked.fingerprint,
          photo: isPatient && asked.photo,
          at: ports.now().toISOString(),
        };
        let { fingerprint, photo } = form.state;
        store.transaction(() => {
          // A yes that was taken back takes what was given with it.
          if (!allowed.handwriting) store.cutStrokes(form.id, writer, 0);
          if (isPatient && !allowed.fingerprint) {
            store.putPicture(form.id, 'fingerprint', undefined);
            fingerprint = null;
          }
          if (isPatient && !allowed.photo) {
            store.putPicture(form.id, 'photo', undefined);
            photo = null;
          }
          const next = withPart(form, writer, { ...part, allowed });
          store.save({ ...next, state: { ...next.state, fingerprint, photo } });
          note({ act: 'consent-allow', subject: form.id, result: 'done' });
        });
        changed(form.id);
        return pageNow();
      },
      'patient:stroke': ({ index, stroke }) => {
        const { form, writer, part } = writing();
        if (part.allowed?.handwriting !== true) throw notAllowed();
        const kept = store.strokes(form.id, writer);
        // The answer was lost on its way and the page sent it again.
        if (index < kept.length) return { kept: kept.length };
        if (index > kept.length) throw new YqError('CONSENT_STROKES', { params: { expected: kept.length + 1 } });
        const last = kept.at(-1);
        const ordered = inOrder(stroke, part, last?.stroke as InkStrokeView | undefined);
        checkStroke(ordered, SURFACE);
        const liftedAt = ports.now().toISOString();
        if (last && liftedAt < last.liftedAt) throw new YqError('CONSENT_CLOCK');
        store.addStroke(form.id, writer, index, { liftedAt, stroke: ordered });
        changed(form.id);
        return { kept: index + 1 };
      },
      'patient:undo': ({ all }) => {
        const { form, writer } = writing();
        const keep = all ? 0 : Math.max(0, store.countStrokes(form.id, writer) - 1);
        store.cutStrokes(form.id, writer, keep);
        changed(form.id);
        return { kept: keep };
      },
      'patient:confirm': () => {
        const { form, writer, part } = writing();
        const ink = inkOf(store, form.id, writer);
        if (!ink || isBlank(ink)) {
          throw new YqError('CONSENT_INK', {
            params: { 'reason.zh': '还没有写下姓名', 'reason.en': 'no name has been written yet' },
          });
        }
        checkInk(ink);
        const confirmedAt = ports.now().toISOString();
        const next = withPart(form, writer, {
          ...part,
          confirmedAt,
          writtenAt: ink.endedAt,
          strokes: ink.strokes.length,
        });
        const { writtenAt } = form.state;
        const latest = writtenAt !== null && writtenAt > ink.endedAt ? writtenAt : ink.endedAt;
        const confirmed: Form = { ...next, stage: presentedStage(next), state: { ...next.state, writtenAt: latest } };
        store.transaction(() => {
          store.save(confirmed);
          note({
            act: 'consent-sign',
            subject: `${form.id} ${writer}`,
            before: form.state.document ?? '',
            result: 'done',
          });
        });
        changed(form.id);
        return pageNow();
      },
      'patient:decline': ({ reason }) => {
        const { form, writer } = writing();
        const declined = { writer, reason, at: ports.now().toISOString() };
        const isPatient = writer === 'patient';
        const { [writer]: dropped, ...parts } = form.state.parts;
        store.transaction(() => {
          // Who signs nothing leaves nothing behind.
          store.dropEvidence(form.id, writer);
          const state = {
            ...form.state,
            declined,
            parts: { ...parts, ...(dropped && { [writer]: { ...dropped, allowed: null } }) },
          };
          store.save({ ...form, state: isPatient ? { ...state, fingerprint: null, photo: null } : state });
          note({ act: 'consent-decline', subject: `${form.id} ${writer}`, result: 'done' });
        });
        changed(form.id);
        return undefined;
      },
    },
    show(id, writer) {
      let form = forms.load(id);
      requireStage(form, PRESENTED);
      if (form.state.declined) throw new YqError('CONSENT_DECLINED');
      if (writer === 'witness' && !form.state.witness) throw notNow('没有见证人', 'there is no witness');
      const bytes = store.file(id, 'document');
      if (!bytes) throw new YqError('CONSENT_KEPT', { detail: 'document' });
      if (!form.state.parts[writer]) {
        const part = {
          openedAt: ports.now().toISOString(),
          allowed: null,
          confirmedAt: null,
          writtenAt: null,
          strokes: 0,
        };
        form = withPart(form, writer, part);
        store.save(form);
      }
      world.documents.clear();
      const { handle } = world.documents.add('form.pdf', new Uint8Array(bytes));
      shown = { id, writer, handle };
      world.display.show();
      world.tellPatient(page());
      return form;
    },
    hide,
    shown: () => shown && { id: shown.id, writer: shown.writer },
    refresh() {
      if (!shown) return;
      const now = page();
      if (now) world.tellPatient(now);
      else hide();
    },
  };
}
