/**
 * Encrypted documents in every combination of method and structure, signed twice by us, judged by strangers: qpdf and MuPDF find no fault,
 * pdfsig and PDFBox (repairing nothing) with BouncyCastle find both signatures valid, the pages look as those of the plain document.
 */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, loadSigningFont, readPdf, type SignatureFieldRequest } from '#core/pdf/index.ts';
import { signingFontPath } from '../../src/cli/home.ts';
import { signWith } from '../core/pdf/sign-with.ts';
import { makeHierarchy } from '../core/pki/demo-hierarchy.ts';
import { encrypted, encryptedFixture, type EncryptedName } from '../fixtures/pdf/encrypted/index.ts';
import { javaMissing, pdfCheck, type PdfCheckResult } from './java.ts';
import { complaints, pdfsig, render, toolsMissing, type SeenSignature } from './pdf-structure-strangers.ts';

const [USER, OWNER] = ['user', 'owner'];

const methods = {
  'RC4-40': ['40'],
  'RC4-128': ['128', '--use-aes=n'],
  'RC4-128 V4': ['128', '--use-aes=n', '--force-V4'],
  'AES-128': ['128', '--use-aes=y'],
  'AES-128, metadata in the clear': ['128', '--use-aes=y', '--cleartext-metadata'],
  'AES-256 R5': ['256', '--force-R5'],
  'AES-256': ['256'],
  'AES-256, metadata in the clear': ['256', '--cleartext-metadata'],
} as const;
const structures = {
  table: ['--object-streams=disable'],
  'object streams': ['--object-streams=generate'],
  linearized: ['--object-streams=disable', '--linearize'],
  'linearized with object streams': ['--object-streams=generate', '--linearize'],
} as const;
const boxed = ['box-rc4-40', 'box-rc4-128', 'box-aes-128', 'box-aes-256'] as const satisfies readonly EncryptedName[];

interface Combination {
  readonly name: string;
  readonly user: string;
  readonly owner: string;
  /** The user password for tools that do not prepare it themselves. */
  readonly prepared: string;
  /** Whether poppler has a way to take it. */
  readonly poppler: boolean;
  make(plain: string, to: string): void;
}

const combinations: readonly Combination[] = [
  ...Object.entries(methods).flatMap(([method, encrypt]) =>
    Object.entries(structures).map(([structure, write]): Combination => ({
      name: `${method}, ${structure}`,
      user: USER,
      owner: OWNER,
      prepared: USER,
      poppler: true,
      make: (plain, to) =>
        execFileSync('qpdf', [plain, to, '--allow-weak-crypto', ...write, '--encrypt', USER, OWNER, ...encrypt, '--']),
    })),
  ),
  ...boxed.map((name): Combination => ({
    name,
    ...encrypted[name],
    prepared: encrypted[name].user.normalize('NFKC'),
    // Its command line takes a password as UTF-8 alone, revision 3 wants PDFDocEncoding.
    poppler: name !== 'box-rc4-128',
    make: (_, to) => writeFileSync(to, encryptedFixture(name)),
  })),
];

/** Two of these are made per document: with a picture of letters, and unseen. */
const seen: Partial<SignatureFieldRequest> = {
  fieldName: 'Doctor',
  placement: { page: 1, x: 10, y: 10, width: 60, height: 20 },
  signerName: '张医生',
  reason: 'Operation (note)',
};

interface Judged {
  readonly faults: ReturnType<typeof complaints>;
  readonly untouched: boolean;
  readonly byUser: readonly SeenSignature[];
  readonly byOwner: readonly SeenSignature[];
  /** What qpdf decrypts of the first signature dictionary. */
  readonly dictionary: string;
  readonly looksAsPlain: readonly boolean[];
  box: PdfCheckResult | undefined;
}

describe.skipIf(toolsMissing !== undefined)('encrypted documents, signed twice', () => {
  const judged = new Map<string, Judged>();
  const sm2 = new Map<string, PdfCheckResult>();

  beforeAll(async () => {
    const [rsaPki, sm2Pki] = await Promise.all([makeHierarchy('rsa'), makeHierarchy('sm2')]);
    const font = await loadSigningFont(signingFontPath());
    const request = { ...seen, appearance: { lines: ['张医生', '2030-01-02'], font } };
    const twice = async (bytes: Uint8Array, { doctor }: typeof rsaPki, user?: string, owner?: string) => {
      const first = await signWith(bytes, doctor, request, user);
      return { first, second: await signWith(first, doctor, { fieldName: 'Chief' }, owner) };
    };
    await inFolder(async (folder) => {
      const plain = join(folder, 'plain.pdf');
      writeFileSync(plain, encryptedFixture('plain'));
      const shownPlain = join(folder, 'plain-signed.pdf');
      writeFileSync(shownPlain, (await twice(readFileSync(plain), rsaPki)).second);
      const look = (file: string, password?: string) =>
        (['poppler', 'mupdf'] as const).map((tool) => render(tool, file, 1, 60, password).samples);
      const expected = look(shownPlain);

      const files = new Map<string, { rsa: string; sm2?: string; user: string }>();
      for (const [i, { name, user, owner, prepared, poppler, make }] of combinations.entries()) {
        const original = join(folder, `${i}.pdf`);
        make(plain, original);
        const bytes = new Uint8Array(readFileSync(original));
        const { first, second } = await twice(bytes, rsaPki, user, owner);
        const rsa = join(folder, `${i}-rsa.pdf`);
        writeFileSync(rsa, second);
        files.set(name, { rsa, user });
        const [signature] = await (await readPdf(bytesSource(second), { password: user })).signatures();
        judged.set(name, {
          faults: complaints(rsa, prepared),
          untouched:
            Buffer.compare(first.subarray(0, bytes.length), bytes) === 0 &&
            Buffer.compare(second.subarray(0, first.length), first) === 0,
          byUser: poppler ? pdfsig(rsa, '-upw', prepared) : [],
          byOwner: i % 4 === 0 && owner === OWNER ? pdfsig(rsa, '-opw', owner) : [],
          dictionary: execFileSync(
            'qpdf',
            [`--password=${prepared}`, `--show-object=${signature?.objectNumber}`, rsa],
            {
              encoding: 'latin1',
            },
          ),
          looksAsPlain:
            poppler && (i % 4 === 0 || name.startsWith('box'))
              ? look(rsa, prepared).map((samples, k) => Buffer.compare(samples, expected[k] ?? new Uint8Array()) === 0)
              : [],
          box: undefined,
        });
        if (i % 4 !== 1) continue;
        const signedSm2 = join(folder, `${i}-sm2.pdf`);
        writeFileSync(signedSm2, (await twice(bytes, sm2Pki, user, owner)).second);
        files.set(name, { rsa, sm2: signedSm2, user });
      }
      if (javaMissing !== undefined) return;
      // One JVM per password.
      for (const password of new Set([...files.values()].map(({ user }) => user))) {
        const names = [...files.keys()].filter((name) => files.get(name)?.user === password);
        const roots = rsaPki.root.toPem() + sm2Pki.root.toPem();
        const paths = names.flatMap((name) => {
          const { rsa, sm2: other } = files.get(name) ?? { rsa: '' };
          return other === undefined ? [rsa] : [rsa, other];
        });
        const results = new Map(pdfCheck(paths, roots, { password, strict: true }).map((r) => [r.file, r]));
        for (const name of names) {
          const own = files.get(name);
          const entry = judged.get(name);
          if (entry !== undefined) entry.box = results.get(own?.rsa ?? '');
          const other = results.get(own?.sm2 ?? '');
          if (other !== undefined) sm2.set(name, other);
        }
      }
    });
  });

  const names = combinations.map(({ name }) => name);

  it.each(names)('%s: qpdf and mutool find no fault, earlier bytes are untouched', (name) => {
    const { faults, untouched } = judged.get(name) ?? {};
    expect(faults).toEqual({ qpdf: 0, mutool: 0 });
    expect(untouched).toBe(true);
  });

  it.each(names)('%s: qpdf decrypts what the signature says', (name) => {
    expect(judged.get(name)?.dictionary).toContain('/Reason (Operation \\(note\\))');
    expect(judged.get(name)?.dictionary).toContain('/M (D:20300102030405Z)');
  });

  const both = [
    { field: 'Doctor', valid: true, wholeFile: false },
    { field: 'Chief', valid: true, wholeFile: true },
  ];
  it.each(names.filter((name) => name !== 'box-rc4-128'))(
    '%s: pdfsig finds both valid, the second over the whole file',
    (name) => {
      const { byUser, byOwner } = judged.get(name) ?? {};
      expect(byUser).toEqual(both);
      if ((byOwner ?? []).length > 0) expect(byOwner).toEqual(both);
    },
  );

  it.skipIf(javaMissing !== undefined).each(names)('%s: PDFBox and BouncyCastle accept both', (name) => {
    const accepted = { ok: true, signatures: [{ ok: true }, { ok: true, wholeFile: true }] };
    expect(judged.get(name)?.box, JSON.stringify(judged.get(name)?.box)).toMatchObject(accepted);
    if (sm2.has(name)) expect(sm2.get(name), JSON.stringify(sm2.get(name))).toMatchObject(accepted);
  });

  it.each(names.filter((name, i) => name !== 'box-rc4-128' && (i % 4 === 0 || name.startsWith('box'))))(
    '%s: looks as the plain document, signed alike',
    (name) => {
      expect(judged.get(name)?.looksAsPlain).toEqual([true, true]);
    },
  );
});

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = mkdtempSync(join(tmpdir(), 'yiqian-encrypted-'));
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
