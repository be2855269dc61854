/** A backend under test on loopback, with software doctors who sign in and sign as the desk does. */
import { mkdtemp, rm, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { createBackend, loginText, type Backend } from '../../src/backend/index.ts';
import type { NewVersion } from '../../src/backend/records/types.ts';
import { sm3, toHex } from '../../src/core/crypto/index.ts';
import {
  Certificate,
  createCertificateRequest,
  generateSoftwareKey,
  softwareKeySigner,
  softwareSigner,
  type HttpClient,
  type Signer,
  type SoftwareKey,
} from '../../src/core/pki/index.ts';
import { signPdf, type SignPdfRequest } from '../../src/core/signing/index.ts';

export const base64 = (b: Uint8Array): string => Buffer.from(b).toString('base64');
export const hexSm3 = (b: Uint8Array): string => toHex(sm3(b));

export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Uint8Array;
  /** Parsed JSON; undefined for anything else. */
  readonly json: any;
}

export interface CallOptions {
  readonly token?: string;
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly type?: string;
  readonly headers?: Record<string, string>;
}

/** One request to a backend at this address. */
export async function callAt(url: string, method: string, route: string, options: CallOptions = {}): Promise<Answer> {
  const { token, json, body, type } = options;
  const response = await fetch(url + route, {
    method,
    redirect: 'error',
    headers: {
      ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(type === undefined ? {} : { 'content-type': type }),
      ...options.headers,
    },
    ...(json === undefined ? {} : { body: JSON.stringify(json) }),
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
  });
  const bytes = new Uint8Array(await response.arrayBuffer());
  const isJson = /[/+]json\b/.test(response.headers.get('content-type') ?? '');
  return {
    status: response.status,
    headers: response.headers,
    bytes,
    json: isJson ? JSON.parse(new TextDecoder().decode(bytes)) : undefined,
  };
}

export interface Doctor {
  readonly person: { id: string; name: string; title: string; department: string; ward: string };
  readonly key: SoftwareKey;
  readonly signer: Signer;
}

export class Hospital {
  readonly dataDir: string;
  /** Moves with `advance`. */
  now = new Date('2026-11-22T02:00:00.000Z');
  backend!: Backend;
  readonly faults: string[] = [];

  private constructor(dataDir: string) {
    this.dataDir = dataDir;
  }

  /** `now`: strangers look at the clock on the wall; ours is told. */
  static async open(now?: Date): Promise<Hospital> {
    const hospital = new Hospital(await mkdtemp(path.join(os.tmpdir(), 'yiqian-backend-')));
    if (now !== undefined) hospital.now = now;
    await hospital.start();
    return hospital;
  }

  async start(): Promise<void> {
    this.backend = await createBackend({
      dataDir: this.dataDir,
      port: 0,
      clock: () => this.now,
      maxUpload: 2 * 1024 * 1024,
      log: (line) => this.faults.push(line),
    });
  }

  async restart(): Promise<void> {
    await this.backend.close();
    await this.start();
  }

  async close(): Promise<void> {
    await this.backend.close();
    await rm(this.dataDir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  advance(milliseconds: number): void {
    this.now = new Date(this.now.getTime() + milliseconds);
  }

  call(method: string, route: string, options: CallOptions = {}): Promise<Answer> {
    return callAt(this.backend.url, method, route, options);
  }

  get admin(): string {
    return this.backend.rooms.adminSecret;
  }

  /** Over the public interface: CSR, certificate, register. */
  async doctor(
    id: string,
    name: string,
    options: { kind?: 'sm2' | 'rsa' | 'ec-p256'; days?: number; title?: string } = {},
  ): Promise<Doctor> {
    const key = generateSoftwareKey(options.kind ?? 'sm2');
    const person = { id, name, title: options.title ?? '主治医师', department: '心血管内科', ward: '三病区' };
    const csr = await createCertificateRequest({ subject: [['CN', name]] }, softwareKeySigner(key));
    const answer = await this.call('POST', '/api/v1/ca/requests', {
      token: this.admin,
      json: { csr: base64(csr), person, ...(options.days === undefined ? {} : { days: options.days }) },
    });
    if (answer.status !== 201) throw new Error(`no certificate: ${JSON.stringify(answer.json)}`);
    const [certificate, ...chain] = [answer.json.certificate, answer.json.chain[0]].map((c: string) =>
      Certificate.parse(c),
    );
    return { person, key, signer: softwareSigner(key, certificate!, chain) };
  }

  async challenge(): Promise<{ challengeId: string; nonce: string; backendId: string; expiresAt: string }> {
    return (await this.call('POST', '/api/v1/login/challenge')).json;
  }

  /** Answers a challenge; `text` and `signer` may be replaced to do it wrong. */
  async answer(
    challenge: { challengeId: string; nonce: string; backendId: string },
    signer: Signer,
    text?: Uint8Array,
  ): Promise<Answer> {
    const signature = await signer.sign(text ?? loginText(challenge.backendId, challenge));
    return this.call('POST', '/api/v1/login', {
      json: {
        challengeId: challenge.challengeId,
        certificate: base64(signer.certificate.der),
        signature: base64(signature),
      },
    });
  }

  async signIn(doctor: Doctor): Promise<string> {
    const answer = await this.answer(await this.challenge(), doctor.signer);
    if (answer.status !== 200) throw new Error(`login: ${JSON.stringify(answer.json)}`);
    return answer.json.token;
  }

  async addRecord(
    id: string,
    version: number,
    pdf: Uint8Array,
    signers: readonly Doctor[],
    more: Partial<NewVersion> = {},
  ): Promise<string> {
    const { register, documents } = this.backend.rooms;
    const document = await documents.put(pdf);
    register.add(
      {
        id,
        version,
        type: '日常病程记录',
        title: '日常病程记录',
        department: '心血管内科',
        ward: '三病区',
        patient: {
          id: 'P1',
          name: '王某某',
          pinyin: 'wang mou mou',
          sex: 'male',
          age: 63,
          bed: '15',
          admissionNumber: '0038271',
          admittedOn: '2026-11-22',
        },
        author: '赵医师',
        submittedAt: this.now.toISOString(),
        urgent: false,
        mustReview: false,
        changes: [],
        signers: signers.map(({ person }) => ({
          personId: person.id,
          rule: {
            placement: { page: 1, x: 150, y: 200, width: 40, height: 15 },
            layout: null,
            seal: null,
            text: { zh: '按“主治医师：”定位', en: 'Placed at “主治医师：”' },
            appearance: 'handwriting',
            role: '主治医师',
          },
        })),
        ...more,
      },
      document,
    );
    return document.sm3;
  }

  /** Signs with core/signing, time stamped by this backend over HTTP. */
  async sign(doctor: Doctor, pdf: Uint8Array, more: Partial<SignPdfRequest> = {}): Promise<Uint8Array> {
    const dir = await mkdtemp(path.join(os.tmpdir(), 'yiqian-sign-'));
    try {
      const [source, target] = [path.join(dir, 'in.pdf'), path.join(dir, 'out.pdf')];
      await writeFile(source, pdf);
      const trust = await this.backend.rooms.trust.material();
      await signPdf({
        source,
        target,
        signer: doctor.signer,
        trust,
        http,
        now: () => this.now,
        tsa: { url: `${this.backend.url}/tsa`, roots: trust },
        ...more,
      });
      return new Uint8Array(await readFile(target));
    } finally {
      await rm(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    }
  }

  upload(
    token: string,
    id: string,
    version: number,
    before: string,
    pdf: Uint8Array,
    after = hexSm3(pdf),
  ): Promise<Answer> {
    return this.call('PUT', `/api/v1/records/${id}/versions/${version}/signed`, {
      token,
      body: pdf,
      type: 'application/pdf',
      headers: { 'yiqian-sm3-before': before, 'yiqian-sm3-after': after },
    });
  }
}

export const http: HttpClient = async ({ url, method, headers, body, timeout }) => {
  const response = await fetch(url, {
    method,
    ...(headers === undefined ? {} : { headers }),
    ...(body === undefined ? {} : { body: Buffer.from(body) }),
    signal: AbortSignal.timeout(timeout),
  });
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(await response.arrayBuffer()),
  };
};
