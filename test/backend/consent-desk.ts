/** What a desk does with a consent form, over the public interface: for tests of the backend and of strangers' verifiers. */
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import {
  inkPicture,
  renderForm,
  sealEvidence,
  signAct,
  signConsent,
  type Certify,
  type ConsentSigningRequest,
  type ConsentSigningResult,
  type ConsentWriter,
  type Evidence,
  type RenderedForm,
  type SealedEvidence,
} from '../../src/core/consent/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { contentOf, evidenceOf, fonts } from '../core/consent/samples.ts';
import { base64, http, type Answer, type Doctor, type Hospital } from './hospital.ts';

export interface Prepared {
  readonly id: string;
  readonly form: RenderedForm;
  readonly evidence: Readonly<Partial<Record<ConsentWriter, Evidence>>>;
  readonly sealed: Readonly<Partial<Record<ConsentWriter, SealedEvidence>>>;
}

export class ConsentDesk {
  readonly hospital: Hospital;
  readonly doctor: Doctor;
  readonly token: string;
  readonly dir: string;

  private constructor(hospital: Hospital, doctor: Doctor, token: string, dir: string) {
    this.hospital = hospital;
    this.doctor = doctor;
    this.token = token;
    this.dir = dir;
  }

  static async open(hospital: Hospital, doctor?: Doctor): Promise<ConsentDesk> {
    const signer = doctor ?? (await hospital.doctor('10023', '李医师'));
    const dir = await mkdtemp(path.join(os.tmpdir(), 'yiqian-consent-'));
    return new ConsentDesk(hospital, signer, await hospital.signIn(signer), dir);
  }

  async close(): Promise<void> {
    await rm(this.dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }

  async escrow(): Promise<Certificate> {
    const { json } = await this.hospital.call('GET', '/api/v1/consent/escrow', { token: this.token });
    return Certificate.parse(json.certificate as string);
  }

  /** The form, and the evidence of everybody who writes on it, sealed. */
  async prepare(id: string, { witness = true, offline = false } = {}): Promise<Prepared> {
    const form = await renderForm(contentOf(witness ? {} : { witness: null }), fonts());
    const escrow = await this.escrow();
    const operator = this.doctor.person.id;
    const patient = evidenceOf(id, form.sm3, { operator, offline });
    const other = evidenceOf(id, form.sm3, {
      operator,
      offline,
      party: { ...patient.party, role: 'witness', name: '陈某', relation: '邻居', idKind: 'none', idNumber: '' },
    });
    const evidence = witness ? { patient, witness: other } : { patient };
    const sealed = {
      patient: sealEvidence(patient, escrow, this.hospital.now),
      ...(witness ? { witness: sealEvidence(other, escrow, this.hospital.now) } : {}),
    };
    return { id, form, evidence, sealed };
  }

  register({ id, form }: Prepared, more: Record<string, unknown> = {}): Promise<Answer> {
    return this.hospital.call('PUT', `/api/v1/consents/${id}`, {
      token: this.token,
      json: { patientId: 'P0038271', template: { id: 'consent-surgery', version: 1 }, document: form.sm3, ...more },
    });
  }

  put(id: string, part: string, { package: body, sm3 }: SealedEvidence): Promise<Answer> {
    return this.hospital.call('PUT', `/api/v1/consents/${id}/evidence/${part}`, {
      token: this.token,
      body,
      type: 'application/cms',
      headers: { 'yiqian-sm3': sm3 },
    });
  }

  /** Registers the form and hands in its evidence. */
  async handIn(prepared: Prepared): Promise<void> {
    expectStatus(await this.register(prepared), 200, 201);
    for (const [part, sealed] of Object.entries(prepared.sealed))
      expectStatus(await this.put(prepared.id, part, sealed), 200, 201);
  }

  readonly certify: Certify = async ({ binding, csr }) => {
    const { json } = expectStatus(await this.askCertificate(binding.eventId, csr), 200, 201);
    return {
      certificate: Certificate.parse(json.certificate as string),
      chain: (json.chain as string[]).slice(0, 1).map((c) => Certificate.parse(c)),
    };
  };

  askCertificate(id: string, csr: Uint8Array): Promise<Answer> {
    return this.hospital.call('POST', `/api/v1/consents/${id}/certificates`, {
      token: this.token,
      json: { csr: base64(csr) },
    });
  }

  /** The record of an offline act, handed in. */
  async act({ id, form, sealed, evidence }: Prepared, claimedTime: string): Promise<{ sm3: string }> {
    const record = await signAct(
      {
        consentId: id,
        document: form.sm3,
        parties: (['patient', 'witness'] as const).flatMap((writer) => {
          const [one, whose] = [sealed[writer], evidence[writer]];
          return one === undefined || whose === undefined
            ? []
            : [{ writer, evidence: one.sm3, writtenAt: whose.confirmedAt }];
        }),
        operator: this.doctor.person.id,
        claimedTime,
      },
      this.doctor.signer,
    );
    expectStatus(await this.put(id, 'act', { package: record.cms, sm3: record.sm3 }), 200, 201);
    return { sm3: record.sm3 };
  }

  async request(prepared: Prepared, more: Partial<ConsentSigningRequest> = {}): Promise<ConsentSigningRequest> {
    const { id, form, evidence, sealed } = prepared;
    const file = path.join(this.dir, `${id}.form.pdf`);
    await writeFile(file, form.pdf);
    const trust = await this.hospital.backend.rooms.trust.material();
    return {
      consentId: id,
      form: file,
      document: form.sm3,
      target: path.join(this.dir, `${id}.pdf`),
      parties: (['patient', 'witness'] as const).flatMap((writer) => {
        const [whose, one] = [evidence[writer], sealed[writer]];
        if (whose === undefined || one === undefined) return [];
        const { role, name, relation } = whose.party;
        return [
          {
            writer,
            role,
            name,
            relation,
            evidence: one.sm3,
            picture: inkPicture(whose.ink),
            writtenAt: whose.confirmedAt,
          },
        ];
      }),
      staff: {
        signer: this.doctor.signer,
        personId: this.doctor.person.id,
        appearance: { lines: [this.doctor.person.name], font: fonts().regular },
      },
      font: fonts().regular,
      certify: this.certify,
      trust,
      tsa: { url: `${this.hospital.backend.url}/tsa`, roots: trust },
      http,
      now: () => this.hospital.now,
      ...more,
    };
  }

  async sign(prepared: Prepared, more: Partial<ConsentSigningRequest> = {}): Promise<ConsentSigningResult> {
    return signConsent(await this.request(prepared, more));
  }

  async finish(id: string, { target, sm3 }: Pick<ConsentSigningResult, 'target' | 'sm3'>): Promise<Answer> {
    return this.hospital.call('PUT', `/api/v1/consents/${id}/document`, {
      token: this.token,
      body: new Uint8Array(await readFile(target)),
      type: 'application/pdf',
      headers: { 'yiqian-sm3': sm3 },
    });
  }
}

function expectStatus(answer: Answer, ...wanted: readonly number[]): Answer {
  if (!wanted.includes(answer.status)) throw new Error(`${answer.status}: ${JSON.stringify(answer.json)}`);
  return answer;
}
