/**
 * Signing an approved list: one PIN, one token login, the records one after the other. What is signed are the bytes behind each
 * item's handle, i.e. the ones that were shown. A record is signed whole or not at all; a fault of the key or the PIN ends the list,
 * a fault of one record ends that record. Cancelling stops after the record in hand; what is done stays.
 */
import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import { bytesSource, dropActiveContent, readPdf } from '#core/pdf/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { Signer, TrustMaterial } from '#core/pki/types.ts';
import { signPdf, ValidationCache, type SigningStep, type SignPdfResult } from '#core/signing/index.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { SignResult } from '#shared/models.ts';
import { toWireError } from '../wire-error.ts';
import type { DocumentStore, HeldDocument } from './documents.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';
import type { SignLayout } from './sign-layout.ts';
import type { SignedFolder } from './signed-folder.ts';
import { signedView } from './signed-view.ts';
import type { UploadQueue } from './upload-queue.ts';
import type { Uploads } from './uploads.ts';
import type { WorkList } from './work-list.ts';

type Input = CallInput<'sign:approve'>;
type Item = Input['items'][number];

export interface SignListDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly worklist: WorkList;
  readonly documents: DocumentStore;
  readonly queue: UploadQueue;
  readonly uploads: Uploads;
  readonly folder: SignedFolder;
  readonly trust: () => Promise<TrustMaterial>;
  /** So that the check after signing knows of a certificate revoked lately. */
  readonly refreshRevocation: (certificates: readonly Certificate[]) => Promise<void>;
  readonly layout: SignLayout;
}

export interface SignList {
  approve(input: Input): Promise<CallOutput<'sign:approve'>>;
  /** Stops after the record in hand. */
  cancel(): void;
  isRunning(): boolean;
  /** Cancels, and settles when the record in hand is done. */
  finish(): Promise<void>;
}

/** Faults of the key itself: going on with the next record would only repeat them, or use up PIN tries. */
const endsTheList = (e: YqError): boolean => e.code.startsWith('TOKEN_') || e.code === 'DESK_LOCKED';

/** A file name from a record's id, whatever the service put into it. */
const fileStem = (item: Item, at: Date): string =>
  `${item.recordId.replace(/[^\w-]/g, '_').slice(0, 64)}-v${item.version}-${at.toISOString().replace(/\D/g, '').slice(0, 17)}`;

export function createSignList(deps: SignListDeps): SignList {
  const { ports, session, worklist, documents, queue, uploads, folder, layout } = deps;
  let running = false;
  let cancelled = false;
  /** Called when the list in hand has come to its end. */
  let ended: (() => void)[] = [];

  const check = (item: Item): HeldDocument => {
    const held = documents.get(item.handle);
    if (!held) throw new YqError('DOCUMENT_CLOSED');
    if (held.record?.id !== item.recordId || held.record.version !== item.version) {
      throw new YqError('IPC_REJECTED', { detail: 'the handle belongs to another record' });
    }
    const { person } = session.identity();
    const isSigned = queue
      .open(person.id)
      .some((q) => q.state === 'pending' && q.recordId === item.recordId && q.version === item.version);
    if (isSigned) throw new YqError('RECORD_ALREADY_SIGNED');
    return held;
  };

  const unsigned = (item: Item, outcome: 'failed' | 'not-begun', error: YqError): SignResult => ({
    recordId: item.recordId,
    version: item.version,
    outcome,
    error: toWireError(error),
    signed: null,
  });

  /** Which items cannot be signed as asked, found before the PIN is used: a keyword that is not there, a seal that has expired. */
  const misfits = async (items: readonly Item[], certificate: Certificate): Promise<ReadonlyMap<Item, YqError>> => {
    const found = new Map<Item, YqError>();
    const signing = {
      signerName: session.identity().person.name,
      certificate,
      trust: await deps.trust(),
      at: ports.now(),
    };
    for (const item of items) {
      try {
        const held = check(item);
        if (held.blocked) await requireUnblocked(item, held, held.blocked);
        if (item.layout !== null || item.sealId !== null) await layout(item, held, signing);
      } catch (e) {
        found.set(item, asYqError(e, 'INTERNAL'));
      }
    }
    return found;
  };

  /** What can change the look may be left out, as far as it can be; anything else that blocks a document stays. */
  const requireUnblocked = async (item: Item, held: HeldDocument, blocked: YqError): Promise<void> => {
    if (!item.dropActive || blocked.code !== 'PDF_ACTIVE_CONTENT') throw blocked;
    await dropActiveContent(await readPdf(bytesSource(held.bytes)));
  };

  /** Has somebody changed the record since it was opened? When the service can't say, the upload will. */
  const checkVersion = async (item: Item): Promise<void> => {
    try {
      const { state } = await ports.backend.version(session.identity().bearer, item.recordId, item.version);
      if (state !== 'waiting') throw new YqError('RECORD_CHANGED', { detail: state });
    } catch (e) {
      if (isYqError(e) && e.code === 'BACKEND_UNREACHABLE') return;
      throw e;
    }
  };

  const signOne = async (item: Item, signer: Signer, jobId: string, cache: ValidationCache): Promise<SignResult> => {
    const held = check(item);
    const { person } = session.identity();
    let begun: SigningStep = 'prepare';
    const progress = (step: SigningStep, state: 'begun' | 'done' | 'failed', milliseconds?: number): void => {
      ports.tell('sign:progress', {
        jobId,
        recordId: item.recordId,
        step,
        state,
        ...(milliseconds !== undefined && { milliseconds }),
      });
    };
    const at = ports.now();
    const stem = fileStem(item, at);
    const target = join(folder.path, `${stem}.pdf`);
    let shown: Awaited<ReturnType<SignedFolder['keepShown']>> | undefined;
    let entry: number | undefined;
    let isSigned = false;
    worklist.mark(item.recordId, item.version, { state: 'signing', error: null });
    try {
      await checkVersion(item);
      shown = await folder.keepShown(stem, held.bytes);
      const { recordId, version } = item;
      const record = worklist.listed(recordId, version);
      entry = queue.begin({ recordId, version, personId: person.id, file: target, sm3Before: held.sm3, record });
      const trust = await deps.trust();
      // Worked out once more: the time in the line under the picture is that of this record.
      const certificate = signer.certificate;
      const look = await layout(item, held, { signerName: person.name, certificate, trust, at });
      const result = await signPdf({
        source: shown.path,
        target,
        expectedSm3: held.sm3,
        signer,
        trust,
        ...look,
        level: ports.configuration.signatureLevel.value,
        cache,
        activeContent: item.dropActive ? 'drop' : 'refuse',
        ...(item.reason !== '' && { reason: item.reason }),
        tsa: {
          url: ports.configuration.tsaUrl.value,
          roots: trust,
          timeout: ports.configuration.tsaTimeoutSeconds.value * 1000,
        },
        http: ports.http,
        now: ports.now,
        onStep: ({ step, state, milliseconds }) => {
          begun = step;
          progress(step, state, milliseconds);
        },
      });
      await keep(entry, result);
      isSigned = true;
      const after = { signed: await signedView(result, { documents, trust, at: ports.now() }) };
      const uploadError = await uploads.send(entry);
      // Signed, but lower than the policy asks for: said as well, unless there is worse to say.
      const shortOf = uploadError ?? result.shortfall;
      if (uploadError) worklist.unmark(recordId, version); // what the queue says of it holds from now on
      return {
        ...after,
        recordId,
        version,
        outcome: 'signed',
        error: shortOf ? toWireError(shortOf) : null,
        signed: { ...after.signed, uploaded: !uploadError },
      };
    } catch (e) {
      const error = asYqError(e, 'INTERNAL');
      // What is signed stays in the queue, whatever goes wrong in telling of it.
      if (entry !== undefined && !isSigned) forget(entry);
      if (!isSigned) progress(begun, 'failed');
      ports.log.error('sign', error);
      if (isSigned) worklist.unmark(item.recordId, item.version);
      else worklist.mark(item.recordId, item.version, { state: 'failed', error: toWireError(error) });
      if (endsTheList(error)) throw new FailedRecord(error);
      return unsigned(item, 'failed', error);
    } finally {
      await shown?.drop();
    }
  };

  /** From here on it is signed. When the queue can't say so, nothing must stay that nobody would ever upload. */
  const keep = async (entry: number, { target, sm3After }: SignPdfResult): Promise<void> => {
    try {
      queue.signed(entry, sm3After);
    } catch (e) {
      await rm(target, { force: true });
      throw e;
    }
  };
  /** A row that can't be removed now is settled at the next start by what lies on the disk. */
  const forget = (entry: number): void => {
    try {
      queue.forget(entry);
    } catch (e) {
      ports.log.error('queue', e);
    }
  };

  return {
    isRunning: () => running,
    finish() {
      if (!running) return Promise.resolve();
      cancelled = true;
      return new Promise((resolve) => ended.push(resolve));
    },
    cancel() {
      if (running) cancelled = true;
    },
    async approve({ items, pin }) {
      const identity = session.identity();
      if (running) throw new YqError('DESK_BUSY');
      if (new Set(items.map((i) => i.handle)).size !== items.length) {
        throw new YqError('IPC_REJECTED', { detail: 'a document stands twice in the list' });
      }
      const sizes = items.map((item) => check(item).bytes.length);
      running = true;
      cancelled = false;
      const jobId = randomUUID();
      const results: SignResult[] = [];
      try {
        await folder.requireRoom(`${items[0]?.recordId ?? ''}.pdf`, sizes);
        const { key } = await ports.tokens.find(identity.tokenId, identity.keyId);
        const misfit = await misfits(items, identity.certificate);
        const refuse = (item: Item, error: YqError): SignResult => {
          worklist.mark(item.recordId, item.version, { state: 'failed', error: toWireError(error) });
          return unsigned(item, 'failed', error);
        };
        if (misfit.size === items.length) {
          return { jobId, results: [...misfit].map(([item, error]) => refuse(item, error)) };
        }
        await ports.tokens.withLogin(identity.tokenId, pin, async (token) => {
          const signer = await ports.tokens.signer(token, key, pin);
          await deps.refreshRevocation([signer.certificate, ...signer.chain]);
          let stop: YqError | undefined;
          // What a level needs (CRLs, OCSP answers) is fetched once for the whole list.
          const cache = new ValidationCache();
          for (const item of items) {
            if (!stop && cancelled) stop = new YqError('SIGN_CANCELLED');
            if (!stop && session.isLocked()) stop = new YqError('DESK_LOCKED');
            if (stop) {
              results.push(unsigned(item, 'not-begun', stop));
              continue;
            }
            const wrong = misfit.get(item);
            if (wrong) {
              results.push(refuse(item, wrong));
              continue;
            }
            try {
              results.push(await signOne(item, signer, jobId, cache));
            } catch (e) {
              if (!(e instanceof FailedRecord)) throw e;
              stop = e.error;
              results.push(unsigned(item, 'failed', e.error));
            }
          }
        });
      } finally {
        running = false;
        for (const resolve of ended) resolve();
        ended = [];
      }
      return { jobId, results };
    },
  };
}

/** Carries the fault that ended the whole list out of one record's work. */
class FailedRecord extends Error {
  override readonly name = 'FailedRecord';
  readonly error: YqError;
  constructor(error: YqError) {
    super(error.message, { cause: error });
    this.error = error;
  }
}
