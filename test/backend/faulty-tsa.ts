/**
 * A time stamp service that fails or lies in one chosen way, on loopback. Its root stands in `trust`, so that in every mode but
 * wrongSigner the only thing wrong is the one the mode names.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import {
  createTimeStampRequest,
  generateSoftwareKey,
  issueCertificate,
  issueSelfSignedCertificate,
  issueTimeStamp,
  Oid,
  parseTimeStampRequest,
  parseTimeStampResponse,
  parseSignedData,
  softwareKeySigner,
  softwareSigner,
  timeStampRejection,
  type Signer,
  type TimeStampRequestView,
  type TrustMaterial,
} from '../../src/core/pki/index.ts';

export const FAULTY_TSA_MODES = [
  'good',
  'down',
  'slow',
  'wrongNonce',
  'wrongImprint',
  'wrongSigner',
  'noEku',
  'badSignature',
  'rejected',
  'notDer',
  'http500',
  'hugeBody',
  'oldTime',
] as const;
export type FaultyTsaMode = (typeof FAULTY_TSA_MODES)[number];

export interface FaultyTsaOptions {
  readonly mode: FaultyTsaMode;
  /** ms before the answer of 'slow'; a minute, longer than any client waits. */
  readonly delay?: number;
  readonly clock?: () => Date;
  /** The mode holds for the first so many requests, then the service is good. */
  readonly faults?: number;
}

export interface FaultyTsa {
  readonly url: string;
  readonly trust: TrustMaterial;
  /** Queries that came in so far. */
  readonly requests: () => number;
  close(): Promise<void>;
}

const DAY_MS = 86_400_000;
const POLICY = '2.25.258842563417892190362311987361052413';

export async function createFaultyTsa(options: FaultyTsaOptions): Promise<FaultyTsa> {
  const clock = options.clock ?? (() => new Date());
  const own = await authority(clock(), 'own');
  const stranger = await authority(clock(), 'stranger');
  let count = 0;
  const pending = new Set<NodeJS.Timeout>();
  const server = createServer((request, response) => {
    count++;
    const mode = options.faults !== undefined && count > options.faults ? 'good' : options.mode;
    body(request)
      .then((query) => answer(mode, query, { own, stranger, clock, serial: count }))
      .then(({ status = 200, type = 'application/timestamp-reply', bytes }) => {
        const send = (): void => reply(response, status, type, bytes);
        if (mode === 'slow') pending.add(setTimeout(send, options.delay ?? 60_000));
        else send();
      })
      .catch((e: unknown) => reply(response, 400, 'text/plain', Buffer.from(String(e))));
  });
  const port = await listen(server);
  const close = async (): Promise<void> => {
    for (const timer of pending) clearTimeout(timer);
    server.closeAllConnections();
    await new Promise<void>((resolve) => server.close(() => resolve()));
  };
  if (options.mode === 'down') await close();
  return {
    url: `http://127.0.0.1:${port}/tsa`,
    trust: { roots: [own.root.certificate] },
    requests: () => count,
    close: options.mode === 'down' ? () => Promise.resolve() : close,
  };
}

interface Authority {
  readonly root: Signer;
  readonly tsa: Signer;
  /** Issued by the same root, but not for time stamps. */
  readonly withoutEku: Signer;
}

async function authority(now: Date, name: string): Promise<Authority> {
  const validity = {
    notBefore: new Date(now.getTime() - 400 * DAY_MS),
    notAfter: new Date(now.getTime() + 400 * DAY_MS),
  };
  const rootKey = generateSoftwareKey('sm2');
  const root = softwareSigner(
    rootKey,
    await issueSelfSignedCertificate(
      { subject: [['CN', `${name} root`]], ...validity, ca: {}, keyUsage: ['keyCertSign', 'cRLSign'] },
      softwareKeySigner(rootKey),
    ),
  );
  const leaf = async (eku: boolean): Promise<Signer> => {
    const key = generateSoftwareKey('sm2');
    const certificate = await issueCertificate(
      {
        subject: [['CN', `${name} time stamps`]],
        publicKey: key.publicKey,
        ...validity,
        keyUsage: ['digitalSignature'],
        ...(eku ? { extendedKeyUsage: [Oid.timeStamping], extendedKeyUsageCritical: true } : {}),
      },
      root,
    );
    return softwareSigner(key, certificate);
  };
  return { root, tsa: await leaf(true), withoutEku: await leaf(false) };
}

interface Circumstances {
  readonly own: Authority;
  readonly stranger: Authority;
  readonly clock: () => Date;
  readonly serial: number;
}
interface Answer {
  readonly status?: number;
  readonly type?: string;
  readonly bytes: Uint8Array;
}

async function answer(
  mode: FaultyTsaMode,
  query: Uint8Array,
  { own, stranger, clock, serial }: Circumstances,
): Promise<Answer> {
  const request = parseTimeStampRequest(query);
  const issue = async (signer: Signer, view = request, genTime = clock()): Promise<Answer> => ({
    bytes: await issueTimeStamp(view, { signer, serial: Uint8Array.of(1, serial), genTime, policy: POLICY }),
  });
  switch (mode) {
    case 'wrongNonce':
      return issue(own.tsa, { ...request, nonce: Uint8Array.of(0x2a, 0x2a) });
    case 'wrongImprint':
      return issue(own.tsa, otherImprint(request));
    case 'wrongSigner':
      return issue(stranger.tsa);
    case 'noEku':
      return issue(own.withoutEku);
    case 'oldTime':
      return issue(own.tsa, request, new Date(clock().getTime() - 30 * DAY_MS));
    case 'badSignature':
      return { bytes: spoilSignature((await issue(own.tsa)).bytes) };
    case 'rejected':
      return { bytes: timeStampRejection('systemFailure', 'over quota') };
    case 'notDer':
      return { bytes: Buffer.from('<html><body>Sign in to the network</body></html>') };
    case 'http500':
      return { status: 500, type: 'text/html', bytes: Buffer.from('<h1>Internal Server Error</h1>') };
    case 'hugeBody':
      return { bytes: new Uint8Array(4 * 1024 * 1024).fill(0x30) };
    default:
      return issue(own.tsa);
  }
}

function otherImprint(request: TimeStampRequestView): TimeStampRequestView {
  const { digestName, imprint } = request;
  if (digestName === undefined) throw new Error('unknown digest');
  const changed = imprint.map((b, i) => (i === 0 ? b ^ 1 : b));
  return parseTimeStampRequest(
    createTimeStampRequest({
      digestName,
      imprint: changed,
      certReq: request.certReq,
      ...(request.nonce === undefined ? {} : { nonce: request.nonce }),
    }),
  );
}

/** Flips the last bit of s: the DER stays well formed. */
function spoilSignature(response: Uint8Array): Uint8Array {
  const { token } = parseTimeStampResponse(response);
  const signature = token === undefined ? undefined : parseSignedData(token).signerInfos[0]?.signature;
  if (signature === undefined) throw new Error('no signature to spoil');
  const at = Buffer.from(response).lastIndexOf(Buffer.from(signature)) + signature.length - 1;
  return response.map((b, i) => (i === at ? b ^ 1 : b));
}

async function body(request: IncomingMessage): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request) chunks.push(chunk as Uint8Array);
  return new Uint8Array(Buffer.concat(chunks));
}

function reply(response: ServerResponse, status: number, type: string, bytes: Uint8Array): void {
  response.writeHead(status, { 'content-type': type, 'content-length': bytes.length });
  response.end(bytes);
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
