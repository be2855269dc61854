/** What the tests of lasting signatures share: an authority with a time stamp service, a signed record, extending and judging it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesSource, readPdf, readSecurityStore, type SecurityStore } from '#core/pdf/index.ts';
import type { Signer } from '#core/pki/index.ts';
import {
  extendPdf,
  signPdf,
  type ExtendPdfRequest,
  type ExtendPdfResult,
  type SignPdfRequest,
  type SignPdfResult,
  type TsaSettings,
} from '#core/signing/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import { makeRecord, requestOf, scratchFolder, writeRecord, type KeyKind } from '../material.ts';
import { Authority, Clock, SmallInternet } from './small-internet.ts';

export class Rig {
  readonly internet = new SmallInternet();
  readonly clock = new Clock('2027-03-01T08:00:00Z');
  readonly folder = scratchFolder();
  ca!: Authority;
  tsa!: TsaSettings;
  tsaSigner!: Signer;

  static async open(kind: KeyKind = 'sm2', label = 'ca', start?: Date): Promise<Rig> {
    const rig = new Rig();
    if (start !== undefined) rig.clock.time = start;
    rig.ca = await Authority.open(label, kind, rig.internet, rig.clock);
    await rig.newTsa('tsa');
    return rig;
  }

  /** From now on time stamps come from a new certificate, good for so many days. */
  async newTsa(path: string, days = 1500): Promise<void> {
    const { url, signer } = await this.ca.openTsa(path, this.ca.validity(days));
    this.tsaSigner = signer;
    this.tsa = { url, roots: this.ca.trust, digest: this.ca.kind === 'sm2' ? 'sm3' : 'sha256' };
  }

  path(file: string): string {
    return join(this.folder, file);
  }
  async bytes(file: string): Promise<Uint8Array> {
    return new Uint8Array(await readFile(this.path(file)));
  }

  /** Signs a new record, time stamped unless told otherwise, as `file`. */
  async sign(file: string, signer: Signer, more: Partial<SignPdfRequest> = {}): Promise<SignPdfResult> {
    const source = await writeRecord(this.folder, await makeRecord(), `source-${file}`);
    return this.signAgain(source, file, signer, more);
  }
  signAgain(source: string, file: string, signer: Signer, more: Partial<SignPdfRequest> = {}): Promise<SignPdfResult> {
    const { tsa, clock, internet } = this;
    return signPdf(
      requestOf(source, this.path(file), signer, this.ca.trust, { tsa, http: internet.http, now: clock.now, ...more }),
    );
  }

  extend(from: string, to: string, more: Partial<ExtendPdfRequest> = {}): Promise<ExtendPdfResult> {
    return extendPdf({
      source: this.path(from),
      target: this.path(to),
      level: 'B-LTA',
      trust: this.ca.trust,
      tsa: this.tsa,
      http: this.internet.http,
      now: this.clock.now,
      ...more,
    });
  }

  async judge(file: string, more: { trust?: Authority['trust'] } = {}): Promise<VerifyReport> {
    const trust = more.trust ?? this.ca.trust;
    return verifyPdf(bytesSource(await this.bytes(file)), { name: file, trust, at: this.clock.now() });
  }

  async store(file: string): Promise<SecurityStore> {
    return readSecurityStore(await readPdf(bytesSource(await this.bytes(file))));
  }
}

/** Kind, verdict and level of each signature. */
export const seen = (report: VerifyReport): unknown =>
  report.signatures.map((s) => [s.kind === 'signature' ? 'signature' : 'stamp', s.verdict, s.level]);

/** Codes of a signature's findings that are not PASSED. */
export const doubts = (report: VerifyReport, index = 0): readonly string[] =>
  (report.signatures[index]?.findings ?? []).filter((f) => f.verdict !== 'PASSED').map((f) => f.code);
