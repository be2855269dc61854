/** The keys of what consent forms keep, on real files. */
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openConsentKeys, type SystemSecrets } from '../../../src/main/consent/keys.ts';

let folder: string;
const plain = new TextEncoder().encode('王某某 written by hand');
const text = (b: Uint8Array): string => new TextDecoder().decode(b);
/** A keyring that turns letters; what it gave another account is refused. */
const keyring = (plainText = false): SystemSecrets => ({
  available: () => true,
  isPlain: () => plainText,
  encrypt: (t) => new Uint8Array(Buffer.from([...t].reverse().join(''))),
  decrypt: (b) => [...Buffer.from(b).toString()].reverse().join(''),
});
const codeOf = (work: () => unknown): string => {
  try {
    work();
    return 'accepted';
  } catch (e) {
    return (e as { code: string }).code;
  }
};

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-keys-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

it('what is sealed is opened again by the next start, and only as what it was', () => {
  const sealed = openConsentKeys(folder).seal('form 1', plain);
  expect(text(sealed)).not.toContain('王某某');
  const keys = openConsentKeys(folder);
  expect(text(keys.open('form 1', sealed))).toBe(text(plain));
  expect(codeOf(() => keys.open('form 2', sealed))).toBe('CONSENT_KEPT');
  for (const at of [0, 20, sealed.length - 1]) {
    const changed = sealed.slice();
    changed[at] = (changed[at] ?? 0) ^ 1;
    expect(
      codeOf(() => keys.open('form 1', changed)),
      String(at),
    ).toBe('CONSENT_KEPT');
  }
});

it('without a keyring the key is a file that only this account can read', () => {
  const keys = openConsentKeys(folder);
  keys.seal('x', plain);
  expect(keys.protection).toBe('file');
  if (process.platform !== 'win32') expect(statSync(join(folder, 'storage.key')).mode & 0o777).toBe(0o600);
  // What only obscures protects no better.
  expect(openConsentKeys(folder, keyring(true)).protection).toBe('file');
});

it('a keyring that comes later takes the key over; without it nothing is read any more', () => {
  const sealed = openConsentKeys(folder).seal('form 1', plain);
  const raw = readFileSync(join(folder, 'storage.key')).subarray(1);
  const keys = openConsentKeys(folder, keyring());
  expect(keys.protection).toBe('system');
  expect(text(keys.open('form 1', sealed))).toBe(text(plain));
  expect(readFileSync(join(folder, 'storage.key')).includes(raw)).toBe(false);
  expect(text(openConsentKeys(folder, keyring()).open('form 1', sealed))).toBe(text(plain));
  expect(codeOf(() => openConsentKeys(folder).open('form 1', sealed))).toBe('CONSENT_KEPT');
});

it('evidence lies under a key of its own form, and is gone with it', () => {
  const keys = openConsentKeys(folder);
  const [one, two] = ['1', '2'].map((id) => keys.sealEvidence(id, 'stroke 0', plain));
  if (!one || !two) throw new Error('nothing was sealed');
  expect(codeOf(() => keys.openEvidence('2', 'stroke 0', one))).toBe('CONSENT_KEPT');
  keys.destroyEvidence('1');
  expect(keys.hasEvidence('1')).toBe(false);
  expect(codeOf(() => keys.openEvidence('1', 'stroke 0', one))).toBe('CONSENT_KEPT');
  expect(readdirSync(folder).filter((f) => f.startsWith('1'))).toEqual([]);
  expect(text(keys.openEvidence('2', 'stroke 0', two))).toBe(text(plain));
  // Asked for twice, as after a death in between.
  keys.destroyEvidence('1');
  expect(existsSync(join(folder, '2.evidence-key'))).toBe(true);
});

it('a key file that is no key is told, not replaced', () => {
  writeFileSync(join(folder, 'storage.key'), 'F');
  expect(codeOf(() => openConsentKeys(folder).seal('x', plain))).toBe('CONSENT_KEPT');
  expect(readFileSync(join(folder, 'storage.key'), 'utf8')).toBe('F');
});
