/** The desk: its use cases wired together and offered to the gateway, one handler per call of src/shared/ipc.ts. */
import { readFile } from 'node:fs/promises';
import { mkdirSync } from 'node:fs';
import { YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { SealFonts } from '#core/seal/index.ts';
import type { CosignProvider, PhoneProvider } from '#core/token/index.ts';
import { cosignHandlers } from '../cosign/calls.ts';
import { judgePool, type JudgeChannel } from '#core/verify/folder/index.ts';
import { AUDIT_INTERVAL, createAuditKeeping, noting, openAuditLog } from '../audit/index.ts';
import { createConsentRoom, type ConsentWorld } from '../consent/index.ts';
import { batchCalls, openSigningRoom, type WorkChannel } from '../batch/index.ts';
import type { Handlers, PatientHandlers } from '../ipc.ts';
import {
  createPhoneRoom,
  deskName,
  endingRequests,
  isPhoneToken,
  openLists,
  phoneHandlers,
  type PhoneRoom,
} from '../phone/index.ts';
import { COPY_INTERVAL, createCopies } from '../store/copies.ts';
import type { Repair } from '../store/keeping.ts';
import { storeCalls } from '../store/calls.ts';
import type { CaCache } from './ca-cache.ts';
import { diagnose, diagnosisText } from './diagnose.ts';
import type { DocumentStore } from './documents.ts';
import { createFoundSigned } from './found-signed.ts';
import { createHealthWatch, HEALTH_INTERVAL } from './health.ts';
import { createAppearance, openRecord } from './open-record.ts';
import type { DeskPorts } from './ports.ts';
import { createSession, type Identity } from './session.ts';
import { openSignedFolder } from './signed-folder.ts';
import { readTrustFolder } from './trust.ts';
import { openUploadQueue } from './upload-queue.ts';
import { createUploads } from './uploads.ts';
import { fileCalls, sealCalls } from './calls.ts';
import { lifeCalls } from './life/calls.ts';
import { createDrawings } from './seals/drawings.ts';
import { createSealMaker } from './seals/maker.ts';
import { createSealList } from './seals/seal-list.ts';
import { openSealStore } from './seals/store.ts';
import { createSignLayout } from './sign-layout.ts';
import { tokenCalls } from './token-calls.ts';
import { createVerifyFiles } from './verify-files.ts';
import { createFolderJobs } from './verify-folder.ts';
import { refusingWhileLocked } from './while-locked.ts';
import { createWorkList } from './work-list.ts';

const WORKLIST_INTERVAL = 30_000;
const UPLOAD_INTERVAL = 5_000;
/** Where the font of visible signatures lies below the resources folder. */
export const FONT = 'fonts/NotoSansSC_400Regular.ttf';
export const HAND = 'fonts/ZhiMangXing_400Regular.ttf';

export interface Desk {
  readonly handlers: Handlers;
  /** Calls of the patient's window. */
  readonly patientHandlers: PatientHandlers;
  lock(cause: string): void;
  /** Starts the pings, the work list's refresh and the upload queue. */
  start(): Promise<void>;
  /** A list is being signed: the program does not quit under it. */
  isSigning(): boolean;
  /** Stops the list after the record in hand. */
  finishSigning(): Promise<void>;
  waiting(): number;
  stop(): Promise<void>;
}

export interface DeskOptions {
  readonly ports: DeskPorts;
  readonly documents: DocumentStore;
  readonly ca: CaCache;
  /** Folders where the font may lie, first match wins. */
  readonly fontFiles: readonly string[];
  /** The same for the running hand of drawn signatures; without it they are set in slanted type. */
  readonly handFiles: readonly string[];
  /** Starts a judging worker beside the main process. */
  readonly spawnJudge: () => JudgeChannel;
  /** Starts a signing worker beside the main process. */
  readonly spawnWorker: () => WorkChannel;
  /** The store was damaged and came from a copy. */
  readonly repair?: Repair | undefined;
  /** The patient's window and what goes with it; a desk without windows has none. */
  readonly consentWorld?: ConsentWorld;
  /** Keys shared with the hospital's service; a desk that only signs with tokens has none. */
  readonly cosign?: CosignProvider;
  /** Signing in and signing by phone; a desk that is not given it has none. */
  readonly phones?: PhoneProvider;
}

/** Judges that work at the same time. */
const JUDGES = 2;

export function createDesk(options: DeskOptions): Desk {
  const { ports, documents, ca, fontFiles, handFiles, spawnJudge, spawnWorker, repair } = options;
  mkdirSync(ports.locations.userData, { recursive: true });
  const audit = openAuditLog({
    store: ports.store,
    now: ports.now,
    who: () => session.peek()?.person.id ?? '',
  });
  if (repair) audit.beginAnew('STORE_DAMAGED');
  const copies = createCopies(ports, ports.locations.backups);
  const queue = openUploadQueue(ports.store, ports.now, ports.locations.formerQueue);
  const found = createFoundSigned({ store: ports.store, queue, folder: ports.locations.signed, log: ports.log });
  const folder = openSignedFolder(ports.locations.signed, ports.now);
  const trustFolder = () => readTrustFolder(ports.configuration.trustDirectory.value);
  const trust = async (): Promise<TrustMaterial> => ca.extend((await trustFolder()).trust);

  const pool = judgePool({ workers: JUDGES, spawn: spawnJudge });
  const sealStore = openSealStore(ports.locations.seals);

  const claimFound = ({ bearer, person, certificate }: Identity): Promise<unknown> =>
    found.claim(person.id, certificate.serial, async (id, version) => {
      const { document } = await ports.backend.version(bearer, id, version);
      return document.sm3.toUpperCase();
    });
  const session = createSession(
    ports,
    {
      signedIn(identity, samePerson) {
        void claimFound(identity);
        void ca.refreshCrls([identity.certificate]);
        if (!samePerson) documents.clear();
        documents.closed(false);
        void worklist.refresh().catch((e: unknown) => {
          ports.log.error('worklist', e);
        });
        void uploads.sendDue();
        folderJobs.holdBack(false);
        void seals.refresh().catch((e: unknown) => {
          ports.log.error('seals', e);
        });
        consent.signedIn();
      },
      signedOut(next) {
        phones?.forget(next);
        consent.signedOut();
        signing.stop(new YqError('NOT_SIGNED_IN'));
        signing.batches.signedOut();
        folderJobs.holdBack(false);
        folderJobs.clear();
        drawings.clear();
        sealMaker.clear();
        documents.clear();
        documents.closed(false);
        worklist.clear();
        appearance.clear();
      },
      lockAgain: () => {
        lock('during sign-in');
      },
    },
    audit,
  );
  const worklist = createWorkList(ports, () => session, queue);
  const uploads = createUploads(ports, session, queue, worklist, audit);
  const appearance = createAppearance(ports, () => session, documents);
  let fontBytes: Promise<Uint8Array> | undefined;
  const font = (): Promise<Uint8Array> => {
    fontBytes ??= firstFile(fontFiles);
    return fontBytes;
  };
  const refreshRevocation = ca.refreshCrls;
  const seals = createSealList({ ports, session, store: sealStore, documents, trust, refreshRevocation });
  const sealFonts = async (): Promise<SealFonts> => {
    const [text, hand] = await Promise.all([font(), firstFile(handFiles).catch(() => undefined)]);
    return { text, ...(hand !== undefined && { hand }) };
  };
  const drawings = createDrawings(ports, documents, sealFonts);
  const sealMaker = createSealMaker({ ports, drawings, list: seals, store: sealStore, trust });
  const open = openRecord({ ports, session, worklist, documents, appearance, trust, sealOf: seals.byNumber });
  const verify = createVerifyFiles({ ports, documents, trust, pool, font });
  const signing = openSigningRoom({
    ports,
    session,
    worklist,
    documents,
    queue,
    uploads,
    folder,
    audit,
    trust,
    refreshRevocation,
    layout: createSignLayout({ ports, appearance, findSeal: seals.find }),
    sealOf: seals.byNumber,
    fontFiles,
    spawnWorker,
    judge: (path) => verify.judge(path),
    report: (path) => verify.report(path),
  });
  const folderJobs = createFolderJobs({ ports, trust, pool });
  const consent = createConsentRoom({
    ...{ ports, session, documents, folder, audit, appearance, trust, refreshRevocation, font },
    times: signing.timeServices,
    ...(options.consentWorld && { world: options.consentWorld }),
  });
  const phones: PhoneRoom | undefined =
    options.phones &&
    createPhoneRoom(options.phones, {
      ...{ ports, session, audit },
      list: openLists({ ports, documents, worklist, batches: signing.batches, consent }),
      isSigning: () => signing.isRunning() || consent.isRunning(),
      desk: deskName(),
    });
  const health = createHealthWatch(ports);
  const auditKeeping = createAuditKeeping({ audit, ports, session, trust });

  /** What an earlier run left half-done is cleared up before anything new is signed. */
  const findLost = async (): Promise<void> => {
    ports.log.write('warning', 'signed documents found', { found: await found.search(repair?.copyOf) });
    const present = session.peek();
    if (present) await claimFound(present);
  };
  const settled = signing
    .settle()
    .then(repair ? findLost : undefined)
    .catch((e: unknown) => {
      ports.log.error('settling', e);
    });

  const lock = (cause: string): void => {
    session.lock(cause);
    if (!session.isLocked()) return;
    signing.stop(new YqError(cause === 'key removed' ? 'TOKEN_REMOVED' : 'DESK_LOCKED'));
    consent.lock();
    phones?.lock();
    documents.closed(true);
    folderJobs.holdBack(true);
  };
  let lastDiagnosis: Awaited<ReturnType<typeof diagnose>> | undefined;
  const runDiagnosis = async () => {
    lastDiagnosis = await diagnose({
      ports,
      queue,
      consentKey: consent.protection,
      trust: async () => ({ trust: await trust(), rejected: (await trustFolder()).rejected }),
    });
    return { ...lastDiagnosis, text: ports.redact.keepingPaths(diagnosisText(lastDiagnosis.lines, lastDiagnosis.at)) };
  };

  const all: Handlers = {
    'app:info': () => ({
      version: ports.versions.app,
      electron: ports.versions.electron,
      chrome: ports.versions.chrome,
      node: ports.versions.node,
      platform: process.platform,
    }),
    'settings:get': () => ports.settings.get(),
    'settings:set': (change) => {
      const now = ports.settings.set(change);
      ports.settingsChanged(now);
      ports.tell('settings:changed', now);
      return now;
    },
    'session:get': () => session.view(),
    'session:signIn': (input) => session.signIn(input),
    'session:signOut': () => session.signOut(),
    'session:lock': () => {
      lock('person');
      return session.view();
    },
    ...tokenCalls(ports),
    'worklist:get': ({ refresh }) => (refresh ? worklist.refresh() : (session.identity(), worklist.view())),
    'records:open': ({ recordId, version }) => open(recordId, version),
    'uploads:open': ({ recordId, version }) => {
      const kept = queue
        .open(session.identity().person.id)
        .findLast((e) => e.recordId === recordId && e.version === version && e.state !== 'begun');
      if (!kept) throw new YqError('DOCUMENT_CLOSED');
      return verify.judge(kept.file);
    },
    'uploads:dismiss': ({ recordId, version }) => {
      queue.dismiss(session.identity().person.id, recordId, version);
      ports.log.write('info', 'refused upload dismissed');
      worklist.unmark(recordId, version);
      return worklist.view();
    },
    'documents:close': ({ handle }) => {
      documents.close(handle);
      return undefined;
    },
    'sign:approve': async (input) => {
      await settled;
      return signing.approve(input);
    },
    'sign:cancel': () => {
      signing.stop(new YqError('SIGN_CANCELLED'));
      return undefined;
    },
    ...batchCalls(signing.batches, settled),
    ...sealCalls({ seals, drawings, maker: sealMaker }),
    ...fileCalls({ documents, verify, folderJobs }),
    ...consent.calls,
    ...lifeCalls({ ports, session, worklist, documents, trust, note: audit.note }),
    ...auditKeeping.calls,
    ...cosignHandlers(ports, session, options.cosign),
    ...phoneHandlers({ ports, session, audit, room: phones }),
    ...storeCalls(repair),
    'health:get': () => health.view(),
    'diagnose:run': runDiagnosis,
    'diagnose:copy': async () => {
      const { text } = lastDiagnosis ? { text: ports.redact.keepingPaths(lastDiagnosis.text) } : await runDiagnosis();
      ports.copyText(text);
      return undefined;
    },
  };
  const guarded = refusingWhileLocked(endingRequests(noting(all, audit, ports.log), phones), session);

  const timers: NodeJS.Timeout[] = [];
  const every = (ms: number, work: () => Promise<unknown>): void => {
    const timer = setInterval(() => {
      void work().catch((e: unknown) => {
        ports.log.error('timer', e);
      });
    }, ms);
    timer.unref();
    timers.push(timer);
  };
  const unsubscribe = ports.tokens.provider.subscribe((event) => {
    // A phone is not pulled out: it is let go when its person leaves.
    if (event.type === 'removed' && event.tokenId === session.peek()?.tokenId && !isPhoneToken(event.tokenId)) {
      lock('key removed');
    }
    void ports.tokens
      .view()
      .then((v) => {
        ports.tell('tokens:changed', v);
      })
      .catch((e: unknown) => {
        ports.log.error('tokens', e);
      });
  });

  return {
    handlers: guarded,
    patientHandlers: consent.patientCalls,
    lock,
    async start() {
      await settled;
      consent.start();
      void health.ping();
      every(HEALTH_INTERVAL, () => health.ping());
      every(UPLOAD_INTERVAL, () => uploads.sendDue());
      every(UPLOAD_INTERVAL, () => consent.sendDue());
      every(AUDIT_INTERVAL, () => auditKeeping.tend());
      every(COPY_INTERVAL, () => copies.whenDue());
      every(UPLOAD_INTERVAL, () => signing.stampDue());
      every(WORKLIST_INTERVAL, async () => {
        if (session.view().state === 'signed-in' && !signing.isRunning()) await worklist.refresh();
      });
    },
    isSigning: () => signing.isRunning() || consent.isRunning(),
    finishSigning: async () => {
      await Promise.all([signing.finish(), consent.settled()]);
    },
    waiting: () => worklist.view().records.filter((r) => r.state === 'waiting').length,
    async stop() {
      timers.forEach(clearInterval);
      unsubscribe();
      folderJobs.clear();
      consent.lock();
      phones?.close();
      signing.close();
      worklist.stop();
      pool.close();
      documents.clear();
      await ports.tokens.provider.close().catch(() => undefined);
      await auditKeeping.finish();
      await copies.now();
      ports.store.close();
    },
  };
}

async function firstFile(files: readonly string[]): Promise<Uint8Array> {
  for (const file of files) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes) return new Uint8Array(bytes);
  }
  throw new YqError('INTERNAL', { detail: `font ${FONT} is not there` });
}
