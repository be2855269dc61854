/**
 * Devices in a process of their own, to put load on co-signing services: `node cosign-load.ts PER_REQUEST REQUESTS URL,URL… FOLDER…`. Every request
 * is made and sealed before the clock starts; what comes back is finished and verified after it has stopped, so that the time is the services'.
 * Says "ready", waits for a line, says one line of JSON.
 */
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { clientFinish, clientNonce, randomBytes, sm2Digest, wipe } from '#core/crypto/index.ts';
import { KeyFolder } from '#core/token/index.ts';
import { CosignService, freshId, openSecrets } from '../../src/core/token/cosign/device/index.ts';
import { answers, seal } from '../../src/core/token/cosign/device/messages.ts';
import { pinProof, shareContext, unlockShare } from '../../src/core/token/cosign/device/share-lock.ts';
import { http, openProtector, PIN } from '../faults/cosign-processes.ts';

export interface Load {
  readonly signatures: number;
  readonly milliseconds: number;
}

/** Bytes of a SignerInfo's signed attributes. */
const MESSAGE = 300;

const [perRequest = '1', requests = '100', urls = '', ...folders] = process.argv.slice(2);
const agent = new Agent({ keepAlive: true });

function post(url: string, body: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve, reject) => {
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const call = request(url, { method: 'POST', agent, headers }, (answer) => {
      const chunks: Buffer[] = [];
      answer.on('data', (chunk: Buffer) => chunks.push(chunk));
      answer.once('end', () => {
        resolve({ status: answer.statusCode ?? 0, body: Buffer.concat(chunks).toString() });
      });
      answer.once('error', reject);
    });
    call.once('error', reject);
    call.end(body);
  });
}

async function prepare(folder: string, url: string) {
  const store = new KeyFolder(folder);
  const [keyId = ''] = await store.list();
  const file = await store.read(keyId);
  const secrets = await openSecrets(file, openProtector);
  const service = new CosignService({ url, http, now: () => new Date() });
  const proof = pinProof(PIN, secrets.secret, keyId);
  const { help, session, epoch } = await service.ask('unlock', keyId, { pin: proof }, secrets.device);
  const context = shareContext(keyId, epoch);
  const d1 = unlockShare(file.share.locked, { help, proof, deviceSecret: secrets.secret, context });
  const lists = Array.from({ length: Number(requests) }, () => {
    const items = Array.from({ length: Number(perRequest) }, () => {
      const nonce = clientNonce();
      if (nonce === undefined) throw new Error('no nonce');
      return { id: freshId(), nonce, message: randomBytes(MESSAGE) };
    });
    const shown = items.map(({ id, nonce, message }) => ({ id, q1: nonce.q1, message }));
    const head = { op: 'sign', keyId, requestId: freshId(), time: new Date().toISOString() };
    return { items, body: seal({ ...head, session, epoch, items: shown }, secrets.device) };
  });
  const key = { d1, publicKey: file.publicKey, serverPoint: file.share.serverPoint };
  return { address: `${url}/api/v1/cosign/keys/${keyId}/sign`, key, lists };
}

const services = urls.split(',');
const devices = await Promise.all(folders.map((folder, i) => prepare(folder, services[i % services.length] ?? '')));
const lines = createInterface({ input: process.stdin });
process.stdout.write('ready\n');
await once(lines, 'line');
const begin = performance.now();
const said = await Promise.all(
  devices.map(async ({ address, lists }) => {
    const all: { status: number; body: string }[] = [];
    for (const { body } of lists) all.push(await post(address, body));
    return all;
  }),
);
const milliseconds = performance.now() - begin;

let signatures = 0;
for (const [i, { key, lists }] of devices.entries()) {
  for (const [n, { items }] of lists.entries()) {
    const answer = said[i]?.[n];
    if (answer?.status !== 200) throw new Error(`${answer?.status}: ${answer?.body.slice(0, 300)}`);
    const { parts } = answers.sign.parse(JSON.parse(answer.body));
    for (const [k, { nonce, message }] of items.entries()) {
      const part = parts[k];
      // Every one is finished and verified as a device does: none that is wrong is counted.
      if (part && clientFinish(key, nonce.k1, sm2Digest(key.publicKey, message), part) !== undefined) signatures++;
      wipe(nonce.k1);
    }
  }
  wipe(key.d1);
}
lines.close();
agent.destroy();
process.stdout.write(`${JSON.stringify({ signatures, milliseconds } satisfies Load)}\n`);
