/** TLS certificates for the way to the services: one by a CA that the desk trusts, one by nobody. Made by OpenSSL. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Certified } from '../e2e/way-to-services.ts';

export const opensslMissing: string | undefined =
  spawnSync('openssl', ['version']).status === 0 ? undefined : 'openssl is not installed';

export interface TlsCertificates {
  /** File for NODE_EXTRA_CA_CERTS. */
  readonly authority: string;
  readonly trusted: Certified;
  readonly foreign: Certified;
  dispose(): void;
}

export function makeTlsCertificates(): TlsCertificates {
  const folder = mkdtempSync(join(tmpdir(), 'yq-chaos-tls-'));
  const file = (name: string): string => join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes'];
  const name = ['-addext', 'subjectAltName=IP:127.0.0.1'];
  const selfSigned = (stem: string, subject: string, ...more: string[]): void => {
    openssl(
      'req',
      '-x509',
      ...key,
      '-keyout',
      file(`${stem}.key`),
      '-out',
      file(`${stem}.pem`),
      '-days',
      '30',
      '-subj',
      subject,
      ...more,
    );
  };
  selfSigned('ca', '/CN=Hospital TLS CA');
  selfSigned('foreign', '/CN=127.0.0.1', ...name);
  openssl('req', ...key, '-keyout', file('way.key'), '-out', file('way.csr'), '-subj', '/CN=127.0.0.1', ...name);
  writeFileSync(file('san'), 'subjectAltName=IP:127.0.0.1\n');
  openssl(
    'x509',
    '-req',
    '-in',
    file('way.csr'),
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-days',
    '30',
    '-extfile',
    file('san'),
    '-out',
    file('way.pem'),
  );
  const certified = (stem: string): Certified => ({
    key: readFileSync(file(`${stem}.key`), 'utf8'),
    cert: readFileSync(file(`${stem}.pem`), 'utf8'),
  });
  return {
    authority: file('ca.pem'),
    trusted: certified('way'),
    foreign: certified('foreign'),
    dispose() {
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
