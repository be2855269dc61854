/** Algorithms that are verified though nothing here signs with them: RSASSA-PSS, P-384, P-521; made by OpenSSL. */
import { execFileSync, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { Certificate, parseSignedData, resolveAlgorithm, validateChain, verifySignerInfo } from '#core/pki/index.ts';
import { scratchFolder } from '../signing/material.ts';

const missing = spawnSync('openssl', ['version']).error !== undefined;
if (missing) console.warn('SKIPPED: algorithms of others: openssl is not installed');

const CONTENT = new TextEncoder().encode('record');
const KINDS = [
  [
    'RSASSA-PSS with SHA-256',
    ['rsa:2048', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:32'],
    'sha256',
    'rsa',
  ],
  [
    'RSASSA-PSS with SHA-512',
    ['rsa:2048', '-sigopt', 'rsa_padding_mode:pss', '-sigopt', 'rsa_pss_saltlen:64'],
    'sha512',
    'rsa',
  ],
  ['P-384', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-384'], 'sha384', 'ec-p384'],
  ['P-521', ['ec', '-pkeyopt', 'ec_paramgen_curve:P-521'], 'sha512', 'ec-p521'],
] as const;

describe.skipIf(missing).each(KINDS)('%s', (_, key, digest, kind) => {
  const folder = scratchFolder();
  const at = (name: string): string => join(folder, name);
  const run = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'pipe' });

  function made(): { certificate: Certificate; signedData: Uint8Array } {
    writeFileSync(at('content'), CONTENT);
    const subject = ['-subj', '/CN=Other', '-days', '30', '-addext', 'keyUsage=critical,digitalSignature,keyCertSign'];
    run(
      'req',
      '-x509',
      '-newkey',
      ...key,
      '-nodes',
      `-${digest}`,
      '-keyout',
      at('key.pem'),
      '-out',
      at('cert.pem'),
      ...subject,
    );
    const pss = key.some((option) => option.startsWith('rsa_pss')) ? ['-keyopt', 'rsa_padding_mode:pss'] : [];
    const files = ['-signer', at('cert.pem'), '-inkey', at('key.pem'), '-in', at('content'), '-out', at('cms.der')];
    run('cms', '-sign', '-binary', '-outform', 'DER', '-md', digest, ...files, ...pss);
    return {
      certificate: Certificate.parse(readFileSync(at('cert.pem'), 'utf8')),
      signedData: new Uint8Array(readFileSync(at('cms.der'))),
    };
  }

  it('certificate and CMS verify; a changed bit does not', () => {
    const { certificate, signedData } = made();
    expect(certificate.publicKey.kind).toBe(kind);
    const chain = validateChain(certificate, { roots: [certificate] }, { at: new Date(), purpose: 'signing' });
    expect(chain.findings.filter((f) => f.verdict === 'FAILED')).toEqual([]);
    const algorithm = { oid: certificate.signatureAlgorithm };
    expect(resolveAlgorithm(certificate.publicKey, algorithm)).toMatchObject({ digest, weak: false });

    const report = verifySignerInfo(parseSignedData(signedData), { content: CONTENT });
    expect(report.findings.map((f) => f.code)).toContain('CMS_SIGNATURE_VALID');
    expect(report.verdict).toBe('PASSED');
    const wrong = signedData.slice();
    wrong[wrong.length - 5] = (wrong.at(-5) ?? 0) ^ 1;
    expect(verifySignerInfo(parseSignedData(wrong), { content: CONTENT }).verdict).toBe('FAILED');
  });
});
