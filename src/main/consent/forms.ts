/** The staff member's side of a form: begun, filled in, fixed, taken back, given up. */
import { randomUUID } from 'node:crypto';
import { formParagraphs, renderForm } from '#core/consent/index.ts';
import type { FormContent } from '#core/consent/types.ts';
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { CallInput } from '#shared/ipc.ts';
import type { Catalogue } from './catalogue.ts';
import type { ConsentDeps } from './deps.ts';
import type { Form, UnreadableForm } from './form-store.ts';
import { OPEN, PRESENTED, SEALED, requireFilled, requireStage } from './rules.ts';

export interface Forms {
  /** Throws CONSENT_NOT_FOUND. */
  load(id: string): Form;
  /** Newest first, without what was abandoned. */
  list(): readonly Form[];
  /** Of these nothing but the stage and the time is known any more. */
  unreadable(): readonly UnreadableForm[];
  start(input: CallInput<'consent:start'>): Promise<Form>;
  fill(input: CallInput<'consent:fill'>): Form;
  present(input: CallInput<'consent:present'>): Promise<Form>;
  reopen(id: string): Form;
  abandon(id: string, reason: string): void;
}

/** What has been fixed, or taken on the strength of it, does not outlive the blanks being opened again. */
const unfixed = {
  document: null,
  paragraphs: [],
  parts: {},
  fingerprint: null,
  photo: null,
  declined: null,
  writtenAt: null,
  error: null,
} as const;

/** The hospital is who the staff member's certificate says it is: its O (RFC 4514 text). */
function organisationOf({ subject }: Pick<Certificate, 'subject'>): string {
  const found = /(?:^|[,+])O=((?:\\.|[^,+\\])*)/.exec(subject)?.[1] ?? '';
  return found.replace(/\\([^0-9A-Fa-f])/g, '$1');
}

export function createForms(deps: ConsentDeps, catalogue: Catalogue): Forms {
  const { ports, session, store, note } = deps;
  const load = (id: string): Form => store.load(id, session.identity().person.id);
  const saved = (form: Form): Form => {
    store.save(form);
    return form;
  };
  return {
    load,
    list: () => store.list(session.identity().person.id).filter((f) => f.stage !== 'abandoned'),
    unreadable: () => store.unreadable(session.identity().person.id).filter((f) => f.stage !== 'abandoned'),
    async start({ patientId, templateId }) {
      const { person, certificate } = session.identity();
      const offer = await catalogue.offer();
      const template = offer.templates.find((t) => t.id === templateId);
      const patient = offer.patients.find((p) => p.id === patientId);
      if (!template || !patient) throw new YqError('CONSENT_NOT_FOUND');
      const form: Form = {
        id: randomUUID(),
        personId: person.id,
        stage: 'filling',
        createdAt: ports.now().toISOString(),
        state: {
          ...unfixed,
          template,
          patient,
          hospital: { name: organisationOf(certificate), department: person.department, ward: person.ward },
          values: Object.fromEntries(template.fields.map((f) => [f.id, f.value])),
          draft: { signer: null, witness: null },
          signer: null,
          witness: null,
          offline: offer.stale !== null,
          act: null,
          trustedTime: null,
          signed: null,
          abandoned: null,
          paragraphs: [],
          parts: {},
        },
      };
      store.transaction(() => {
        store.create(form);
        note({ act: 'consent-start', subject: form.id, result: 'done' });
      });
      return form;
    },
    fill({ id, values, signer, witness }) {
      const form = load(id);
      requireStage(form, OPEN);
      const known = new Set(form.state.template.fields.map((f) => f.id));
      const filled = Object.fromEntries(Object.entries(values).filter(([field]) => known.has(field)));
      const { draft } = form.state;
      return saved({
        ...form,
        state: {
          ...form.state,
          values: { ...form.state.values, ...filled },
          draft: {
            signer: signer === undefined ? draft.signer : signer,
            witness: witness === undefined ? draft.witness : witness,
          },
        },
      });
    },
    async present({ id, signer, witness }) {
      const form = load(id);
      requireStage(form, OPEN);
      const { state } = form;
      const { person } = session.identity();
      const side = state.template.witness === 'none' ? null : witness;
      requireFilled(state.template, state.values, signer, side);
      ports.redact.learn([signer.name, signer.idNumber, signer.phone, side?.name ?? '']);
      const content: FormContent = {
        template: state.template,
        values: state.values,
        patient: state.patient,
        hospital: state.hospital,
        signer,
        witness: side,
        staff: { name: person.name, title: person.title },
        createdAt: ports.now(),
      };
      const rendered = await renderForm(content, { regular: await deps.font() });
      const presented: Form = {
        ...form,
        stage: 'patient',
        state: {
          ...state,
          ...unfixed,
          parts: {},
          signer,
          witness: side,
          draft: { signer, witness: side },
          document: rendered.sm3,
          paragraphs: formParagraphs(content).map((p) => ({ ...p })),
        },
      };
      // Rendering takes a moment, in which the person may have gone on typing.
      requireStage(load(id), OPEN);
      store.transaction(() => {
        // What was written on the form as it was before is asked for again.
        store.dropEvidence(id);
        store.putFile(id, 'document', rendered.pdf);
        store.save(presented);
      });
      return presented;
    },
    reopen(id) {
      const form = load(id);
      requireStage(form, PRESENTED);
      return saved({ ...form, stage: 'filling', state: { ...form.state, document: null, declined: null } });
    },
    abandon(id, reason) {
      const form = load(id);
      requireStage(form, [...OPEN, ...PRESENTED, ...SEALED]);
      const { document } = form.state;
      const given = { ...form.state, ...unfixed, paragraphs: [], parts: {}, act: null, abandoned: reason };
      store.close({ ...form, stage: 'abandoned', state: given }, {}, () => {
        store.putFile(id, 'document', undefined);
        note({ act: 'consent-abandon', subject: id, result: 'done', ...(document !== null && { before: document }) });
      });
    },
  };
}
