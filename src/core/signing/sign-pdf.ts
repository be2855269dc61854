/**
 * The way of one signature (design.md). The source is copied into a draft beside the target and hashed on the way; everything
 * after that works on the draft alone, so what was hashed, what is signed and what is kept are the same bytes whatever happens
 * to the source meanwhile. The hash that has run over the source goes on over the increment, since the increment is appended.
 */
import type { FileHandle } from 'node:fs/promises';
import { createHash, toHex, type DigestName, type Hash } from '#core/crypto/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import { fileSource, prepareSignature, readPdf, type PreparedSignature } from '#core/pdf/index.ts';
import type { PublicKeyKind } from '#core/pki/index.ts';
import { settleActiveContent } from './active-content.ts';
import { requireUsable } from './certificate-check.ts';
import { copyHashed } from './copy-hashed.ts';
import { DraftFile } from './draft-file.ts';
import { openSource } from './open-source.ts';
import { reachLevel, requireSources, settleLevel } from './extend/reach-level.ts';
import { planSeal, sealAppearance, type PlannedSeal, type SignedRanges } from './seal-use.ts';
import { checkNewField } from './new-field-check.ts';
import { selfCheck } from './self-check.ts';
import { estimateContentsSize, makeSignedData, stampSignature, type StampedSignature } from './signed-data.ts';
import { Stages } from './stages.ts';
import type { SignPdfRequest, SignPdfResult } from './types.ts';

/**
 * Signs `request.source` into `request.target` as PAdES B-B, B-T with `request.tsa`, or up to B-LTA with `request.level`.
 *
 * Rejects with SIGN_*, PDF_*, TSA_* or what the signer rejects with (TOKEN_*). Whatever happens, the source is untouched and the
 * target is either as it was before or the whole, verified, signed file.
 */
export async function signPdf(asked: SignPdfRequest): Promise<SignPdfResult> {
  const request = settleLevel(asked);
  const stages = new Stages(request);
  const claimedTime = request.now();
  requireUsable(request.signer.certificate, claimedTime);
  const seal = planSeal(request);
  const source = await openSource(request);
  let draft: DraftFile | undefined;
  try {
    await stages.reach('opened');
    stages.checkpoint();
    await requireSources(request);
    draft = await DraftFile.create(request.target);
    return await signDraft(request, stages, { claimedTime, seal }, source, draft);
  } finally {
    await draft?.discard();
    await source.close().catch(() => undefined);
  }
}

/** The digest that names a document throughout the house. */
const IDENTITY: DigestName = 'sm3';

interface Copied {
  readonly size: number;
  readonly sm3: string;
  /** Running hashes over the source: SM3 for the file's identity, the signer's digest for the ByteRange. */
  readonly identity: Hash;
  readonly signed: Hash;
  /** SHA-256, by which the self-check knows the bytes again: it costs a tenth of SM3. */
  readonly recognition: Hash;
  /** What was taken out of the copy. */
  readonly dropped: readonly string[];
}

async function copySource(
  request: SignPdfRequest,
  stages: Stages,
  source: FileHandle,
  draft: DraftFile,
): Promise<Copied> {
  const identity = createHash(IDENTITY);
  const { digest } = request.signer;
  const signed = digest === 'sm3' ? identity : createHash(digest);
  const recognition = digest === 'sha256' ? signed : createHash('sha256');
  const size = await copyHashed({
    source,
    sourcePath: request.source,
    draft,
    hashes: [...new Set([identity, signed, recognition])],
    checkpoint: stages.checkpoint,
  });
  const sm3 = toHex(identity.clone().digest());
  if (request.expectedSm3 !== undefined && request.expectedSm3.toUpperCase() !== sm3) {
    throw new YqError('SIGN_DOCUMENT_CHANGED', { detail: `shown ${request.expectedSm3}, found ${sm3}` });
  }
  const { increment, dropped } = await settleActiveContent(draft, size, request);
  for (const hash of new Set([identity, signed, recognition])) hash.update(increment);
  return {
    size: size + increment.length,
    sm3,
    identity,
    signed,
    recognition,
    dropped: dropped.map(({ en, where }) => `${en} (${where})`),
  };
}

/** What is settled before the file is opened. */
interface Plan {
  readonly claimedTime: Date;
  readonly seal: PlannedSeal | undefined;
}

/** How the dictionary of an SES_Signature is named: as the vendors do whose files are known (docs/formats.md). */
const SEAL_ALONE = { filter: 'Adobe.PPKMS', subFilter: 'adbe.pkcs7.detached' } as const;

/** Writes the increment with an empty hole behind the copied source; a longer increment of an earlier try is cut off. */
async function appendIncrement(
  request: SignPdfRequest,
  draft: DraftFile,
  copied: Copied,
  { claimedTime, seal }: Plan,
  contentsSize: number,
): Promise<PreparedSignature> {
  await draft.truncate(copied.size);
  const appearance = sealAppearance(seal, request);
  const reading = await fileSource(draft.path);
  try {
    const file = await readPdf(reading, { password: request.password });
    await checkNewField(file, request);
    const prepared = await prepareSignature(file, {
      ...(seal?.carrier === 'contents' ? SEAL_ALONE : { subFilter: 'ETSI.CAdES.detached' }),
      claimedTime,
      contentsSize,
      signerName: request.signer.certificate.commonName,
      ...(request.fieldName === undefined ? {} : { fieldName: request.fieldName }),
      ...(request.placement === undefined ? {} : { placement: request.placement }),
      ...(appearance === undefined ? {} : { appearance }),
      ...(request.part === undefined ? {} : { part: request.part }),
      ...(request.copies === undefined ? {} : { copies: request.copies }),
      ...(request.certify === undefined ? {} : { certify: request.certify }),
      ...(request.lock === undefined ? {} : { lock: request.lock }),
      ...(request.reason === undefined ? {} : { reason: request.reason }),
      ...(request.location === undefined ? {} : { location: request.location }),
    });
    await draft.write(prepared.increment, copied.size);
    return prepared;
  } finally {
    await reading.close();
  }
}

/** Digest over the two ranges: the source's hash goes on over the increment without the hole. */
function rangesOf(
  copied: Copied,
  { increment, contentsHexOffset, byteRange }: PreparedSignature,
  { claimedTime }: Plan,
  contentsSize: number,
): SignedRanges {
  const digest = copied.signed
    .clone()
    .update(increment.subarray(0, contentsHexOffset - 1))
    .update(increment.subarray(contentsHexOffset + 2 * contentsSize + 1))
    .digest();
  return { digest, byteRange, claimedTime };
}

async function signDraft(
  request: SignPdfRequest,
  stages: Stages,
  plan: Plan,
  source: FileHandle,
  draft: DraftFile,
): Promise<SignPdfResult> {
  const { signer } = request;
  const { claimedTime, seal } = plan;
  let contentsSize = await estimateContentsSize(signer, request.tsa, seal);
  const { copied, first } = await stages.run('prepare', async () => {
    const copied = await copySource(request, stages, source, draft);
    await stages.reach('copied');
    const first = await appendIncrement(request, draft, copied, plan, contentsSize);
    return { copied, first };
  });
  await stages.reach('prepared');
  // Copy and increment are on their way to the disk while the token works; a full share tells before the hole is filled.
  const synced = draft.sync().then(
    () => undefined,
    (e: unknown) => e,
  );

  let prepared = first;
  const sign = (): Promise<StampedSignature> =>
    signAndStamp(request, stages, rangesOf(copied, prepared, plan, contentsSize), seal);
  let stamped = await sign();
  if (stamped.signedData.length > contentsSize) {
    await synced;
    contentsSize = stamped.signedData.length + SPARE_BYTES;
    prepared = await stages.run('prepare', () => appendIncrement(request, draft, copied, plan, contentsSize));
    stamped = await sign();
    if (stamped.signedData.length > contentsSize) throw new YqError('PDF_PLACEHOLDER_TOO_SMALL');
  }

  await stages.run('seal', async () => {
    const failed = await synced;
    if (failed !== undefined) throw failed;
    const hex = new TextEncoder().encode(toHex(stamped.signedData));
    prepared.increment.set(hex, prepared.contentsHexOffset);
    await draft.write(hex, copied.size + prepared.contentsHexOffset);
    await draft.setMode((await source.stat()).mode);
    await draft.sync();
  });
  await stages.reach('sealed');

  const signedSm3 = toHex(copied.identity.clone().update(prepared.increment).digest());
  const trustedTime = stamped.timeStamp?.time;
  const hashes = new Map([
    ['sm3' as const, copied.identity],
    [signer.digest, copied.signed],
    ['sha256' as const, copied.recognition],
  ]);
  const hashedPrefix = { length: copied.size, hashes };
  const sha256 = copied.recognition.clone().digest();
  const report = await stages.run('selfcheck', () =>
    selfCheck({
      draft,
      request,
      prepared,
      sm3After: signedSm3,
      at: request.now(),
      trustedTime,
      copied: { ...hashedPrefix, sha256 },
    }),
  );
  await stages.reach('checked');
  const reached = await stages.run('archive', async () => {
    // What comes above B-T is built on the time stamp, so it comes after that too.
    const reached = await reachLevel({
      request: stamped.missed === undefined ? request : { ...request, level: 'B-B' },
      draft,
      size: copied.size + prepared.increment.length,
      hashes: new Map([...hashes].map(([name, hash]) => [name, hash.clone().update(prepared.increment)])),
      report,
      hashedPrefix,
    });
    await draft.publish(request.replace ?? true);
    return reached;
  });
  await stages.reach('archived');

  return {
    target: draft.target,
    sm3Before: copied.sm3,
    sm3After: reached.raised === undefined ? signedSm3 : reached.sm3,
    fieldName: prepared.fieldName,
    certificateSerial: signer.certificate.serial,
    signerName: signer.certificate.commonName,
    algorithm: algorithmOf(signer.certificate.publicKey.kind),
    claimedTime,
    trustedTime,
    format:
      seal?.carrier === 'contents'
        ? 'GB/T 38540'
        : `PAdES ${reached.raised?.level ?? (stamped.timeStamp ? 'B-T' : 'B-B')}`,
    ...(reached.raised !== undefined || reached.shortfall === undefined ? {} : { shortfall: reached.shortfall }),
    ...(stamped.missed === undefined ? {} : { shortfall: stamped.missed, awaitsTime: true }),
    ...(copied.dropped.length === 0 ? {} : { dropped: copied.dropped }),
    milliseconds: stages.milliseconds(),
  };
}

/** Room over the measured size: a DER signature value is a byte or two longer or shorter from one time to the next. */
const SPARE_BYTES = 64;

async function signAndStamp(
  request: SignPdfRequest,
  stages: Stages,
  ranges: SignedRanges,
  seal: PlannedSeal | undefined,
): Promise<StampedSignature> {
  const signedData = await stages.run('sign', () => makeSignedData(request.signer, ranges, seal));
  await stages.reach('signed');
  const { tsa } = request;
  const stamped: StampedSignature =
    tsa === undefined
      ? { signedData, timeStamp: undefined }
      : await stages.run('timestamp', () =>
          stampSignature(signedData, tsa, request, seal?.carrier).catch((e: unknown) =>
            withoutTime(e, signedData, request),
          ),
        );
  await stages.reach('timestamped');
  stages.checkpoint();
  return stamped;
}

/** The key has signed; where the request allows it, the time may come later (`stampLater`). */
function withoutTime(e: unknown, signedData: Uint8Array, request: SignPdfRequest): StampedSignature {
  const missed = asYqError(e, 'TSA_UNREACHABLE');
  if (request.timeStampLater !== true || !missed.code.startsWith('TSA_')) throw e;
  return { signedData, timeStamp: undefined, missed };
}

function algorithmOf(kind: PublicKeyKind): SignPdfResult['algorithm'] {
  // Any other kind was refused before the source was read.
  return kind === 'sm2' ? 'SM2' : kind === 'rsa' ? 'RSA' : 'ECDSA';
}
