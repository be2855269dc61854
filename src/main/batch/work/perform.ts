/** What a signing worker does with one task. Free of the wire, so that it reads as what happens to a document. */
import { readFile } from 'node:fs/promises';
import { createHash, toHex } from '#core/crypto/index.ts';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import {
  activeContentError,
  checkSoundness,
  dropActiveContent,
  fileSource,
  inspectActiveContent,
  readPdf,
  resolvePlacement,
  type ByteSource,
  type PdfFile,
} from '#core/pdf/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { HttpClient, TrustMaterial } from '#core/pki/types.ts';
import {
  extendPdf,
  signPdf,
  stampLater,
  ValidationCache,
  type SignPdfRequest,
  type StepReport,
  type TsaSettings,
} from '#core/signing/index.ts';
import { faultToWire } from '#core/verify/folder/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import type {
  Digested,
  Inspected,
  InspectTask,
  ResultOf,
  Signed,
  SigningPlan,
  SignTask,
  Stamped,
  StampTask,
  Task,
  WireTsa,
} from './messages.ts';

/** What a task needs that only main has. */
export interface Surroundings {
  readonly trust: TrustMaterial;
  /** Files of which the first that is there gives the font of visible signatures. */
  readonly fonts: readonly string[];
  readonly http: HttpClient;
  readonly sign: (bytes: Uint8Array) => Promise<Uint8Array>;
  /** Waits until a time stamp service may be asked; undefined: none is left. */
  readonly tsaTurn: (tried: readonly string[]) => Promise<string | undefined>;
  readonly tsaTold: (url: string, error: YqError | undefined) => Promise<void>;
  readonly step: (report: StepReport) => void;
}

/** Lists and answers that the records of a batch share. */
const cache = new ValidationCache();
let fontBytes: Promise<Uint8Array> | undefined;

const now = (): Date => new Date();

export async function perform<T extends Task>(task: T, around: Surroundings): Promise<ResultOf<T>> {
  const result = (): Promise<Inspected | Signed | Stamped | Digested> => {
    switch (task.kind) {
      case 'inspect':
        return inspect(task, around.trust);
      case 'sign':
        return sign(task, around);
      case 'stamp':
        return stamp(task, around);
      case 'digest':
        return digestOf(task.path);
    }
  };
  return (await result()) as ResultOf<T>;
}

async function firstFont(files: readonly string[]): Promise<Uint8Array> {
  for (const file of files) {
    const bytes = await readFile(file).catch(() => undefined);
    if (bytes) return new Uint8Array(bytes);
  }
  throw new YqError('INTERNAL', { detail: 'the font of visible signatures is not there' });
}

const CHUNK = 1 << 20;

async function digestOf(path: string): Promise<Digested> {
  const source = await fileSource(path);
  try {
    const hash = createHash('sm3');
    for (let at = 0; at < source.size;) {
      const chunk = await source.read(at, Math.min(CHUNK, source.size - at));
      hash.update(chunk);
      at += chunk.length;
    }
    return { sm3: toHex(hash.digest()), size: source.size };
  } finally {
    await source.close();
  }
}

/** Everything about a document that can be found out without the key. */
async function inspect(task: InspectTask, trust: TrustMaterial): Promise<Inspected> {
  const { sm3, size } = await digestOf(task.path);
  const source = await fileSource(task.path);
  try {
    await requireSignable(source, task, trust);
    return { sm3, size };
  } catch (e) {
    return { sm3, size, blocked: faultToWire(asYqError(e, 'PDF_DAMAGED')) };
  } finally {
    await source.close();
  }
}

async function requireSignable(source: ByteSource, task: InspectTask, trust: TrustMaterial): Promise<void> {
  const file = await readPdf(source);
  await checkSoundness(file);
  const active = (await inspectActiveContent(file)).filter((thing) => thing.refuses);
  // What can change the look may be left out, as far as it can be.
  if (active.length > 0 && !task.dropActive) throw activeContentError(active);
  if (active.length > 0) await dropActiveContent(file);
  if (task.plan !== undefined) await placeOf(task.plan, file);
  const earlier = await file.signatures();
  if (earlier.length === 0) return;
  const report = await verifyPdf(source, { name: 'record', trust, at: new Date(task.at) });
  const failed = report.signatures.find((s) => s.verdict === 'FAILED');
  if (failed === undefined) return;
  const detail = failed.findings.filter((f) => f.verdict === 'FAILED').map((f) => f.code);
  throw new YqError('SIGN_EARLIER_INVALID', { params: { field: failed.fieldName }, detail: detail.join(', ') });
}

type Place = Pick<SignPdfRequest, 'placement' | 'part' | 'copies' | 'fieldName'>;

/** Throws PDF_KEYWORD_ABSENT, PDF_FIELD_ABSENT, PDF_PLACEMENT and the like. */
async function placeOf({ place }: SigningPlan, file: PdfFile): Promise<Place> {
  if (place === null) return {};
  if (place.kind === 'placement') return { placement: place.placement };
  const { widget, fieldName, copies } = await resolvePlacement(file, place.rule, place.size);
  return {
    ...(widget && { placement: widget.place }),
    ...(widget?.part && { part: widget.part }),
    ...(fieldName !== undefined && { fieldName }),
    ...(copies.length > 0 && { copies }),
  };
}

async function placeIn(path: string, plan: SigningPlan): Promise<Place> {
  // A place that is told needs no look into the document.
  if (plan.place?.kind !== 'rule') return placeOf(plan, undefined as never);
  const source = await fileSource(path);
  try {
    return await placeOf(plan, await readPdf(source));
  } finally {
    await source.close();
  }
}

/** One service after the other, as main's order and rate allow; the error of the last one when all have failed. */
function tsaOf({ url, timeout }: WireTsa, around: Surroundings): TsaSettings {
  return {
    url,
    timeout,
    roots: around.trust,
    async ask(_imprint, one) {
      const tried: string[] = [];
      let last = new YqError('TSA_UNREACHABLE', { detail: 'no time stamp service may be asked now' });
      for (;;) {
        const next = await around.tsaTurn(tried);
        if (next === undefined) throw last;
        tried.push(next);
        try {
          const stamp = await one(next);
          await around.tsaTold(next, undefined);
          return stamp;
        } catch (e) {
          if (!isYqError(e)) throw e;
          last = e;
          await around.tsaTold(next, e);
        }
      }
    },
  };
}

async function sign(task: SignTask, around: Surroundings): Promise<Signed> {
  fontBytes ??= firstFont(around.fonts);
  const { trust, http } = around;
  const place = await placeIn(task.source, task.plan);
  const isVisible = place.placement !== undefined || place.fieldName !== undefined;
  const { seal, appearance } = task.plan;
  const result = await signPdf({
    source: task.source,
    target: task.target,
    expectedSm3: task.expectedSm3,
    signer: {
      certificate: Certificate.parse(task.signer.certificate),
      chain: task.signer.chain.map((der) => Certificate.parse(der)),
      digest: task.signer.digest,
      sign: around.sign,
    },
    trust,
    ...place,
    ...(isVisible && {
      appearance: { ...appearance, ...(appearance.lines !== undefined && { font: await fontBytes }) },
    }),
    ...(seal && { seal: { seal: seal.der, carrier: seal.carrier, trust } }),
    level: task.level,
    cache,
    activeContent: task.dropActive ? 'drop' : 'refuse',
    ...(task.reason !== '' && { reason: task.reason }),
    tsa: tsaOf(task.tsa, around),
    timeStampLater: task.timeStampLater,
    http,
    now,
    onStep: around.step,
  });
  return {
    sm3Before: result.sm3Before,
    sm3After: result.sm3After,
    certificateSerial: result.certificateSerial,
    claimedTime: result.claimedTime.toISOString(),
    trustedTime: result.trustedTime?.toISOString() ?? null,
    format: result.format,
    shortfall: result.shortfall === undefined ? null : faultToWire(result.shortfall),
    awaitsTime: result.awaitsTime ?? false,
    milliseconds: result.milliseconds,
  };
}

async function stamp(task: StampTask, around: Surroundings): Promise<Stamped> {
  const { trust, http } = around;
  const common = { source: task.file, target: task.file, trust, tsa: tsaOf(task.tsa, around), http, now };
  const { sm3After, trustedTime } = await stampLater(common);
  const stamped = { sm3After, trustedTime: trustedTime.toISOString(), shortfall: null };
  if (task.level !== 'B-LT' && task.level !== 'B-LTA') return stamped;
  try {
    const raised = await extendPdf({ ...common, level: task.level, cache });
    return { ...stamped, sm3After: raised.sm3After };
  } catch (e) {
    // It has its trusted time; that the lists are missing may be mended by raising it later.
    return { ...stamped, shortfall: faultToWire(asYqError(e, 'INTERNAL')) };
  }
}
