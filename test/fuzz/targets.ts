/**
 * What is fuzzed, and what must hold: a target gives back or throws a YqError, in bounded time and memory; and a mutated copy of a
 * signed file never passes unless it is the same file.
 */
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  bytesSource,
  checkSoundness,
  findText,
  inspectActiveContent,
  pictureInfo,
  prepareSignature,
  readPdf,
  readSecurityStore,
  resolvePlacement,
} from '#core/pdf/index.ts';
import {
  Certificate,
  parseCrl,
  parseOcspResponse,
  parseSignedData,
  parseTimeStampResponse,
  validateChain,
  verifyCertificateRequest,
  verifySignerInfo,
  verifyTimeStampToken,
  type TrustMaterial,
} from '#core/pki/index.ts';
import { judgeSealSignature, parseSeal, verifySeal } from '#core/seal/index.ts';
import { verifyPdf } from '#core/verify/index.ts';
import { attacks, Lab } from '../core/verify/attacks/corpus/index.ts';
import { makeSample } from '../core/verify/attacks/forge.ts';
import { evidenceTarget } from './evidence-target.ts';
import type { Kind } from './mutate.ts';

export interface Target {
  readonly kind: Kind;
  readonly seeds: readonly Uint8Array[];
  run(input: Uint8Array): unknown;
}

const fixtures = join(import.meta.dirname, '../fixtures');
const MAX_SEED = 300_000;

function filesBelow(folder: string, pattern: RegExp): Uint8Array[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => pattern.test(name) && statSync(join(folder, name)).size <= MAX_SEED)
    .sort()
    .map((name) => new Uint8Array(readFileSync(join(folder, name))));
}

/** Documents that nobody here made, where they stand beside the checkout. */
function foreignDocuments(): Uint8Array[] {
  const corpus = join(import.meta.dirname, '../../../shared/corpus');
  return existsSync(corpus) ? filesBelow(corpus, /\.pdf$/i).filter((b) => b.length < 60_000) : [];
}

const SVGS = [
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 42 42" width="42mm" height="42mm"><g fill="none" stroke="#c23a2b" stroke-width="1.2"><circle cx="21" cy="21" r="20"/><path d="M21 8l3 9h9l-7 6 3 9-8-6-8 6 3-9-7-6h9z" fill="#c23a2b"/></g></svg>',
  '<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="100" height="50"><defs><clipPath id="c"><rect width="50" height="50"/></clipPath><path id="p" d="M0 0C1 2 3 4 5 6S7 8 9 10Q1 1 2 2T3 3A5 5 30 1 0 9 9Z"/></defs><use href="#p" transform="translate(3 4) rotate(30) scale(2)" clip-path="url(#c)" style="fill:rgb(1,2,3);opacity:.5"/><polygon points="0,0 1,1 2,0"/><ellipse cx="5" cy="5" rx="2" ry="1" stroke-dasharray="1 2"/></svg>',
];

const NO_TRUST: TrustMaterial = { roots: [] };
const at = new Date('2026-06-01T00:00:00Z');

export async function makeTargets(): Promise<Readonly<Record<string, Target>>> {
  const lab = await Lab.open();
  const signed = await Promise.all([lab.signed(), lab.signedTwice(), lab.signedForm(), lab.certify(2)]);
  const stamped = await makeSample({ kind: 'sm2', signatures: 2, xref: 'stream', stamped: true, visible: true });
  const forged = await Promise.all(attacks.filter((_, i) => i % 3 === 0).map((attack) => attack.make(lab)));
  const documents = [...filesBelow(join(fixtures, 'pdf'), /\.pdf$/), ...foreignDocuments()];
  const cms = filesBelow(join(fixtures, 'pki/cms'), /\.p7$/);
  const stamps = filesBelow(join(fixtures, 'pki/tsa'), /\.(tsr|tok|tsq)$/);
  const pem = filesBelow(join(fixtures, 'pki/x509'), /\.pem$/).map(
    (bytes) =>
      new Uint8Array(
        Buffer.from(
          Buffer.from(bytes)
            .toString('latin1')
            .replace(/-----[^-]+-----|\s/g, ''),
          'base64',
        ),
      ),
  );
  const ocsp = filesBelow(join(fixtures, 'pki/x509'), /\.der$/);
  const seals = filesBelow(join(fixtures, 'ses'), /^seal.*\.der$/);
  const sealSignatures = filesBelow(join(fixtures, 'ses'), /^sign.*\.der$/);
  const pictures = filesBelow(join(fixtures, 'pictures'), /\.(png|jpg|gif|bmp|svg)$/);
  const anchor = Certificate.parse(pem[0] ?? new Uint8Array());
  const passing = new Set([...signed, stamped.bytes, ...forged].flatMap(states));

  return {
    pdf: {
      kind: 'pdf',
      seeds: [...documents, ...signed, stamped.bytes],
      run: async (input) => {
        const file = await readPdf(bytesSource(input));
        for (const step of [
          () => file.pages(),
          () => file.fields(),
          () => file.signatures(),
          () => file.docMdp(),
          () => checkSoundness(file),
          () => inspectActiveContent(file),
          () => readSecurityStore(file),
        ])
          await orRefusal(step);
      },
    },
    text: {
      kind: 'pdf',
      seeds: documents.filter((b) => b.length < 60_000),
      run: async (input) => {
        const file = await readPdf(bytesSource(input));
        await orRefusal(() => findText(file, '医师'));
        await orRefusal(() => resolvePlacement(file, { kind: 'riding', edge: 'right' }, { widthMm: 42, heightMm: 42 }));
      },
    },
    sign: {
      kind: 'pdf',
      seeds: [...documents, ...signed],
      run: async (input) => {
        const file = await readPdf(bytesSource(input));
        const { increment } = await prepareSignature(file, {
          subFilter: 'ETSI.CAdES.detached',
          claimedTime: at,
          contentsSize: 64,
          placement: { page: 1, x: 5, y: 5, width: 20, height: 10 },
        });
        // What was accepted for signing must be readable, and sound, with what was appended.
        const whole = new Uint8Array(input.length + increment.length);
        whole.set(input);
        whole.set(increment, input.length);
        const after = await readPdf(bytesSource(whole));
        if ((await after.signatures()).length !== (await file.signatures()).length + 1)
          throw new Error('the new signature is not seen');
      },
    },
    judge: {
      kind: 'pdf',
      seeds: [...signed, stamped.bytes, ...forged],
      run: async (input) => {
        const trust = { roots: [...lab.trust.roots, ...stamped.trust.roots] };
        const report = await verifyPdf(bytesSource(input), { name: 'fuzz.pdf', trust });
        JSON.stringify(report);
        if (report.verdict === 'PASSED' && !passing.has(identity(input))) throw new Error('a changed file passed');
      },
    },
    cms: {
      kind: 'der',
      seeds: cms,
      run: (input) => {
        const view = parseSignedData(input);
        verifySignerInfo(view, { contentDigest: new Uint8Array(32) });
      },
    },
    tsp: {
      kind: 'der',
      seeds: stamps,
      run: (input) => {
        const { token } = parseTimeStampResponse(input);
        if (token !== undefined) verifyTimeStampToken(token, new Uint8Array(3), NO_TRUST);
      },
    },
    x509: {
      kind: 'der',
      seeds: pem,
      run: (input) => {
        const certificate = Certificate.parse(input);
        void [certificate.subject, certificate.keyUsage, certificate.crlUrls, certificate.toPem()];
        validateChain(certificate, { roots: [anchor] }, { at, purpose: 'signing' });
      },
    },
    crl: { kind: 'der', seeds: pem, run: (input) => parseCrl(input) },
    ocsp: { kind: 'der', seeds: ocsp, run: (input) => parseOcspResponse(input) },
    csr: { kind: 'der', seeds: pem, run: (input) => verifyCertificateRequest(input) },
    seal: {
      kind: 'der',
      seeds: seals,
      run: (input) => {
        verifySeal(parseSeal(input), { makerTrust: NO_TRUST, at, now: at });
      },
    },
    'seal-signature': {
      kind: 'der',
      seeds: sealSignatures,
      run: (input) =>
        judgeSealSignature(input, {
          dataHash: new Uint8Array(32),
          makerTrust: NO_TRUST,
          signerTrust: NO_TRUST,
          now: at,
        }),
    },
    picture: {
      kind: 'raster',
      seeds: pictures,
      run: (input) => pictureInfo(input),
    },
    evidence: await evidenceTarget(orRefusal),
    svg: { kind: 'svg', seeds: SVGS.map((svg) => new TextEncoder().encode(svg)), run: (input) => pictureInfo(input) },
  };
}

const identity = (bytes: Uint8Array): string =>
  Buffer.from(bytes)
    .toString('latin1')
    .replace(/<[0-9A-Fa-f]{200,}>/g, (hex) => hex.toLowerCase());

/** A file and each of its earlier states, which were whole files once and may pass as such. */
function states(bytes: Uint8Array): string[] {
  const text = Buffer.from(bytes).toString('latin1');
  const ends = [...text.matchAll(/%%EOF(\r\n|\n|\r|)/g)].flatMap((m) => [m.index + 5, m.index + m[0].length]);
  return [bytes.length, ...ends].map((end) => identity(bytes.subarray(0, end)));
}

/** One step after another: that one of them refuses the file must not hide the next. */
async function orRefusal(step: () => unknown): Promise<void> {
  try {
    await step();
  } catch (e) {
    if (!isRefusal(e)) throw e;
  }
}

/** Errors of the house are answers; anything else is a find. */
export const isRefusal = (e: unknown): boolean => e instanceof Error && e.name === 'YqError';
