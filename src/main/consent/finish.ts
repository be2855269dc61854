/**
 * The end of a form: its evidence sealed, certificates for the one act, the signatures of all parties, the file in its folder. Two steps
 * with a line between them that no death can blur:
 * 1. sealing: packages are stored and everything in the open is destroyed, in one transaction. Needs no network.
 * 2. certifying and signing: each signature is an increment beside the target; gone on with, never done twice. Needs the service and a
 *    time stamp. What can't be done now is `queued`, and goes on with one PIN for all that wait.
 */
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { dropUnfinished, sealEvidence, signConsent, unfinishedPath } from '#core/consent/index.ts';
import { sm3, toHex } from '#core/crypto/index.ts';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { SignatureAppearance } from '#core/pdf/types.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Signer } from '#core/pki/types.ts';
import type { Token } from '#core/token/types.ts';
import type { ConsentProgress, Writer } from '#shared/consent.ts';
import { isKeyFault, type TimeServices } from '../batch/index.ts';
import type { ListToApprove } from '../phone/lists.ts';
import { toWireError } from '../wire-error.ts';
import { recordAct } from './act.ts';
import { digestOf, listToApprove } from './approval.ts';
import type { Catalogue } from './catalogue.ts';
import type { ConsentDeps } from './deps.ts';
import { gather, writersOf } from './evidence.ts';
import type { FileKind, Form } from './form-store.ts';
import type { Forms } from './forms.ts';
import { progressOf, type Report } from './progress.ts';
import { requireComplete, requireStage } from './rules.ts';
import { handIn, partiesOf } from './sealed.ts';
import { askThrough } from './times.ts';

export interface FinishDeps extends ConsentDeps {
  readonly forms: Forms;
  readonly catalogue: Catalogue;
  /** Which desk this is, in its audit chain. */
  readonly deskId: () => string;
  /** The staff member's look on the form. */
  readonly staffAppearance: () => Promise<SignatureAppearance>;
  readonly changed: (id: string) => void;
  readonly times: TimeServices;
  /** Sends what is done to the service, now. */
  readonly deliver: (id: string) => Promise<void>;
}

export interface Finish {
  /** Throws what keeps the form from being sealed; what comes after that is told in the form. */
  finish(id: string, pin: string): Promise<Form>;
  /** In the order in which they were begun. */
  complete(ids: readonly string[], pin: string): Promise<void>;
  /** What a phone is to approve for `finish` of one or `complete` of several. Throws as they do of forms that are not so far. */
  toApprove(ids: readonly string[]): ListToApprove;
  /** Removes signatures of a form that is given up. Throws DESK_BUSY while one is being made. */
  drop(id: string): Promise<void>;
  isRunning(): boolean;
  /** Settles when the form in hand is done. */
  settled(): Promise<void>;
}

export const targetOf = (folder: string, form: Pick<Form, 'id'>): string => join(folder, `consent-${form.id}.pdf`);

/** What a return of the network mends. */
const isNetwork = (e: YqError): boolean => e.code === 'BACKEND_UNREACHABLE' || e.code.startsWith('TSA_');

export function createFinish(deps: FinishDeps): Finish {
  const { ports, session, store, forms, note, folder } = deps;
  let running: Promise<unknown> | undefined;

  const reporter = (id: string): Report => progressOf(id, (progress) => ports.tell('consent:progress', progress));

  /** Is the service there? Decides whether the act is recorded as one without a network. */
  const isOffline = (): Promise<boolean> =>
    ports.backend.health().then(
      () => false,
      () => true,
    );

  const seal = async (
    form: Form,
    escrow: Certificate,
    signer: Signer,
    offline: boolean,
    report: Report,
  ): Promise<Form> => {
    report('evidence', null, 'begun');
    const at = ports.now();
    const files: Partial<Record<FileKind, Uint8Array>> = {};
    const evidence: Partial<Record<Writer, string>> = {};
    for (const writer of writersOf(form)) {
      const gathered = gather(store, form, writer, { desk: deps.deskId(), offline });
      const sealed = sealEvidence(gathered.evidence, escrow, at);
      files[`package-${writer}`] = sealed.package;
      files[`picture-${writer}`] = gathered.picture.data;
      evidence[writer] = sealed.sm3;
    }
    if (offline) files.act = await recordAct({ form, evidence, signer, at });
    // The person may have taken the form back while the key was at work.
    requireStage(forms.load(form.id), ['staff']);
    const sealedForm: Form = {
      ...form,
      stage: 'finishing',
      state: {
        ...form.state,
        offline,
        error: null,
        act: { evidence, sealedAt: at.toISOString(), claimedAt: at.toISOString(), offline },
      },
    };
    store.close(sealedForm, files, () => {
      note({
        act: 'evidence-sealed',
        subject: form.id,
        ...(form.state.document !== null && { before: form.state.document }),
        ...(evidence.patient !== undefined && { after: evidence.patient }),
        certificate: signer.certificate.serial,
        result: 'done',
      });
    });
    report('evidence', null, 'done');
    return sealedForm;
  };

  /** Throws what keeps it from being done; whatever is signed until then stays signed. */
  const sign = async (form: Form, signer: Signer, report: Report): Promise<Form> => {
    let shown: Awaited<ReturnType<typeof folder.keepShown>> | undefined;
    let party: ConsentProgress['party'] = null;
    const { document } = form.state;
    const act = store.file(form.id, 'act');
    try {
      const { bearer, person } = session.identity();
      const bytes = store.file(form.id, 'document');
      if (!bytes || document === null) throw new YqError('CONSENT_KEPT', { detail: 'document' });
      const trust = await deps.trust();
      shown = await folder.keepShown(`consent-${form.id}`, bytes);
      await handIn(deps, form, bearer);
      const certify = deps.service.certify(bearer);
      const result = await signConsent({
        consentId: form.id,
        form: shown.path,
        document,
        target: targetOf(folder.path, form),
        parties: partiesOf(store, form),
        staff: { signer, personId: person.id, appearance: await deps.staffAppearance() },
        ...(act && { act: { sm3: toHex(sm3(act)) } }),
        font: await deps.font(),
        certify: async (request) => {
          report('certificate', party, 'begun');
          const issued = await certify(request);
          report('certificate', party, 'done');
          return issued;
        },
        trust,
        tsa: {
          url: ports.configuration.tsaUrl.value,
          roots: trust,
          timeout: ports.configuration.tsaTimeoutSeconds.value * 1000,
          ask: askThrough(deps.times, (state) => report('timestamp', party, state)),
        },
        level: ports.configuration.signatureLevel.value,
        http: ports.http,
        now: ports.now,
        onProgress: (signature, state) => {
          party = signature;
          report('sign', signature, state);
        },
      });
      const done: Form = {
        ...form,
        stage: 'done',
        state: {
          ...form.state,
          error: null,
          trustedTime: result.trustedTime ?? null,
          signed: { path: result.target, sm3: result.sm3, upload: 'pending', attempts: 0, nextAt: 0 },
        },
      };
      store.transaction(() => {
        // Handwriting stands in the document now; a copy of it is of no more use here.
        for (const writer of writersOf(form)) store.putFile(form.id, `picture-${writer}`, undefined);
        store.save(done);
        note({
          act: 'sign',
          subject: form.id,
          before: document,
          after: result.sm3,
          certificate: signer.certificate.serial,
          ...(result.trustedTime !== undefined && { trusted: result.trustedTime }),
          result: 'done',
        });
      });
      report('selfcheck', null, 'done');
      return done;
    } catch (e) {
      const error = asYqError(e, 'INTERNAL');
      ports.log.error('consent', error);
      if (party !== null) report('sign', party, 'failed');
      const isCut = isNetwork(error);
      const record = isCut && !act ? await recordCut(form, signer) : undefined;
      const queued: Form = {
        ...form,
        stage: 'queued',
        state: { ...form.state, offline: form.state.offline || record !== undefined, error: toWireError(error) },
      };
      store.transaction(() => {
        if (record) store.putFile(form.id, 'act', record);
        store.save(queued);
        note({
          act: 'sign',
          subject: form.id,
          ...(document !== null && { before: document }),
          result: 'failed',
          code: error.code,
        });
      });
      throw error;
    } finally {
      await shown?.drop();
    }
  };

  /** The network went after the act had begun as one with it. Without the record the form waits all the same. */
  const recordCut = async (form: Form, signer: Signer): Promise<Uint8Array | undefined> => {
    // The certificates of one form name one record: where one party has signed, it is too late for it.
    if (!form.state.act || existsSync(unfinishedPath(targetOf(folder.path, form), 1))) return undefined;
    try {
      return await recordAct({ form, evidence: form.state.act.evidence, signer, at: ports.now() });
    } catch (e) {
      ports.log.error('consent act', e);
      return undefined;
    }
  };

  const exclusively = async <T>(work: () => Promise<T>): Promise<T> => {
    if (running) throw new YqError('DESK_BUSY');
    const mine = work();
    running = mine;
    try {
      return await mine;
    } finally {
      running = undefined;
    }
  };
  const withKey = async <T>(pin: string, of: readonly Form[], work: (signer: Signer) => Promise<T>): Promise<T> => {
    const identity = session.identity();
    const { key } = await ports.tokens.find(identity.tokenId, identity.keyId);
    const use = async (token: Token): Promise<T> => {
      const signer = await ports.tokens.signer(token, key, pin);
      await deps.refreshRevocation([signer.certificate, ...signer.chain]);
      return work(signer);
    };
    return ports.tokens.withLogin(identity.tokenId, pin, use, digestOf(of));
  };
  /** In the order in which they were begun. */
  const inOrder = (ids: readonly string[]): readonly Form[] =>
    [...new Set(ids)].map((id) => forms.load(id)).sort((a, b) => (a.createdAt < b.createdAt ? -1 : 1));

  return {
    async drop(id) {
      if (running) throw new YqError('DESK_BUSY');
      await dropUnfinished(targetOf(folder.path, { id }));
    },
    toApprove(ids) {
      const list = inOrder(ids);
      for (const form of list) {
        requireStage(form, ['staff', 'finishing', 'queued']);
        if (form.stage === 'staff') requireComplete(form);
      }
      return listToApprove(list, ({ id }) => store.file(id, 'act') !== undefined);
    },
    isRunning: () => running !== undefined,
    settled: async () => {
      await running?.catch(() => undefined);
    },
    finish: (id, pin) =>
      exclusively(async () => {
        const form = forms.load(id);
        requireStage(form, ['staff', 'finishing', 'queued']);
        const isSealed = form.stage !== 'staff';
        if (!isSealed) requireComplete(form);
        await folder.requireRoom(`consent-${id}.pdf`, [store.file(id, 'document')?.length ?? 0]);
        const escrow = isSealed ? undefined : await deps.catalogue.escrow();
        const offline = isSealed ? false : await isOffline();
        const report = reporter(id);
        let sealed: Form | undefined = isSealed ? form : undefined;
        try {
          const done = await withKey(pin, [form], async (signer) => {
            if (escrow) sealed = await seal(form, escrow, signer, offline, report);
            deps.changed(id);
            return sign(sealed ?? form, signer, report);
          });
          report('upload', null, 'begun');
          await deps.deliver(id);
          const { state } = forms.load(id);
          report('upload', null, state.signed?.upload === 'uploaded' ? 'done' : 'failed');
          return { ...done, state };
        } catch (e) {
          // Before the line nothing has happened; behind it the form says how far it is.
          if (!sealed || isSealed) throw e;
          return forms.load(id);
        } finally {
          deps.changed(id);
        }
      }),
    complete: (ids, pin) =>
      exclusively(async () => {
        const waiting = inOrder(ids);
        for (const form of waiting) requireStage(form, ['finishing', 'queued']);
        await folder.requireRoom(
          'consent.pdf',
          waiting.map(() => 1024 * 1024),
        );
        await withKey(pin, waiting, async (signer) => {
          for (const form of waiting) {
            if (session.isLocked()) throw new YqError('DESK_LOCKED');
            try {
              await sign(form, signer, reporter(form.id));
              await deps.deliver(form.id);
            } catch (e) {
              // With the next form it would only come again.
              if (isYqError(e) && isKeyFault(e)) throw e;
            } finally {
              deps.changed(form.id);
            }
          }
        });
      }),
  };
}

/** Bytes of a finished form, as they lie in the folder; undefined when they are not the ones that were signed any more. */
export async function readSigned(form: Form): Promise<Uint8Array | undefined> {
  const { signed } = form.state;
  if (!signed) return undefined;
  const bytes = await readFile(signed.path).catch(() => undefined);
  return bytes && toHex(sm3(bytes)) === signed.sm3 ? new Uint8Array(bytes) : undefined;
}
