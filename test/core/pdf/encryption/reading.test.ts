/** Documents that qpdf and PDFBox encrypted are read as if they were not. */
import { describe, expect, test } from 'vitest';
import { bytesSource, PdfDict, PdfStream, PdfString, readPdf, textOf, type PdfFile } from '#core/pdf/index.ts';
import { PLAIN_TRAILER, plainObjects, tableDocument, type Objects } from '../../../fixtures/pdf/build.ts';
import {
  encrypted,
  encryptedFixture,
  METADATA,
  type EncryptedFixture,
  type EncryptedName,
} from '../../../fixtures/pdf/encrypted/index.ts';
import { fixture, type FixtureName } from '../../../fixtures/pdf/index.ts';

const open = (name: Parameters<typeof encryptedFixture>[0], password?: string): Promise<PdfFile> =>
  readPdf(bytesSource(encryptedFixture(name)), { password });

interface Content {
  readonly pages: readonly string[];
  readonly fields: readonly (readonly [string, string | undefined])[];
  readonly title: string | undefined;
}

/** What does not depend on object numbers. */
async function contentOf(file: PdfFile): Promise<Content> {
  const pages: string[] = [];
  for (const page of await file.pages()) {
    const stream = await file.resolve(page.dict.get('Contents'));
    pages.push(stream instanceof PdfStream ? Buffer.from(await file.streamData(stream)).toString('latin1') : '');
  }
  const info = await file.resolve(file.trailer.get('Info'));
  const title = info instanceof PdfDict ? await file.resolve(info.get('Title')) : null;
  const fields = (await file.fields()).map(
    (field) => [field.name, field.value instanceof PdfString ? textOf(field.value) : undefined] as const,
  );
  return { pages, fields, title: title instanceof PdfString ? textOf(title) : undefined };
}

const all = Object.entries(encrypted) as [EncryptedName, EncryptedFixture][];
const source = (from: string): Uint8Array =>
  from === 'plain' ? encryptedFixture('plain') : fixture(from as FixtureName);

describe.each(all)('%s', (name, { from, user, owner, method }) => {
  test('gives the content of the original to user and owner', async () => {
    const original = await contentOf(await readPdf(bytesSource(source(from))));
    for (const [password, openedAs] of [
      [user, 'user'],
      [owner, 'owner'],
    ] as const) {
      const file = await open(name, password);
      expect(file.security).toMatchObject({ openedAs, description: method, permissionsGenuine: true });
      expect(await contentOf(file)).toEqual(original);
    }
  });

  test('refuses a wrong password, and asks for one', async () => {
    await expect(open(name, `${user}x`)).rejects.toMatchObject({ code: 'PDF_PASSWORD' });
    if (user === '') expect((await open(name)).security?.openedAs).toBe('user');
    else await expect(open(name)).rejects.toMatchObject({ code: 'PDF_ENCRYPTED' });
  });
});

describe('strings and streams', () => {
  const plainOnes = all.filter(([, { from }]) => from === 'plain');
  test.each(plainOnes)('%s: those of the plain document', async (name, { user }) => {
    const file = await open(name, user);
    const info = await file.resolve(file.trailer.get('Info'));
    if (!(info instanceof PdfDict)) throw new Error('no Info');
    expect(textOf(info.get('Title') as PdfString)).toBe('病历');
    expect(textOf(info.get('Author') as PdfString)).toBe('Ward (3)');
    expect(textOf(info.get('Keywords') as PdfString)).toBe('');
    const [page] = await file.pages();
    const [annotation] = (await file.resolve(page?.dict.get('Annots'))) as readonly PdfDict[];
    const note = await file.resolve(annotation);
    expect(textOf((note as PdfDict).get('Contents') as PdfString)).toBe('Read this');
    const metadata = await file.resolve((await file.catalog()).get('Metadata'));
    expect(Buffer.from(await file.streamData(metadata as PdfStream)).toString()).toBe(METADATA);
  });

  test('the encryption dictionary itself is not decrypted, asked for early or late', async () => {
    const file = await open('aes-128', 'user');
    const encrypt = (await file.resolve(file.trailer.get('Encrypt'))) as PdfDict;
    expect((encrypt.get('O') as PdfString).bytes).toHaveLength(32);
  });

  test('a shorter AES string than its initialisation vector is damage', async () => {
    const text = Buffer.from(encryptedFixture('aes-256-r5')).toString('latin1');
    const at = /\/Title <[0-9a-f]+>/.exec(text);
    if (at === null) throw new Error('no title to shorten');
    const shorter = text.replace(at[0], `/Title <${'00'.repeat(8)}>`.padEnd(at[0].length));
    const file = await readPdf(bytesSource(Buffer.from(shorter, 'latin1')), { password: 'user' });
    await expect(file.resolve(file.trailer.get('Info'))).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });
});

describe('what is not spoken', () => {
  test.each([
    ['public-key', 'PubSec__'],
    ['version-3', 'V 3'],
  ] as const)('%s is named', async (name, method) => {
    await expect(open(name, 'user')).rejects.toMatchObject({ code: 'PDF_ENCRYPTION', params: { method } });
  });
});

describe('permissions', () => {
  test.each([
    ['aes-256', { modify: true, annotate: true, fillForms: true, print: true }],
    ['fill-only', { modify: false, annotate: false, fillForms: true, print: true }],
    ['fill-only-128', { modify: false, annotate: false, fillForms: true }],
    ['annotate-only', { modify: false, annotate: true, fillForms: true }],
    ['no-changes', { modify: false, annotate: false, fillForms: false, assemble: false }],
    ['no-changes-40', { modify: false, annotate: false, fillForms: false }],
  ] as const)('%s', async (name, permissions) => {
    expect((await open(name, 'user')).security?.permissions).toMatchObject(permissions);
  });

  test('changed by hand, they are seen to be not genuine', async () => {
    const text = Buffer.from(encryptedFixture('no-changes')).toString('latin1');
    const flags = (await open('no-changes', 'user')).security?.flags;
    const lied = text.replace(`/P ${flags}`, '/P -4'.padEnd(`/P ${flags}`.length));
    expect(lied).not.toBe(text);
    const file = await readPdf(bytesSource(Buffer.from(lied, 'latin1')), { password: 'user' });
    expect(file.security).toMatchObject({ permissionsGenuine: false, flags: -4 });
  });
});

describe('a hostile /Encrypt', () => {
  const withEncrypt = (objects: Objects): Uint8Array =>
    tableDocument({ ...plainObjects(), ...objects }, `${PLAIN_TRAILER}/Encrypt 8 0 R`);

  test('whose references multiply is over the limit', async () => {
    const level = (num: number): string => `[${`${num} 0 R `.repeat(50)}]`;
    const objects = {
      8: '<</Filter/Standard/V 2/R 3/X 9 0 R>>',
      9: level(10),
      10: level(11),
      11: level(12),
      12: level(13),
      13: '[1]',
    };
    await expect(readPdf(bytesSource(withEncrypt(objects)))).rejects.toMatchObject({ code: 'PDF_LIMIT' });
  });

  test.each([
    ['refers to itself', '<</Filter/Standard/X 8 0 R>>', 'PDF_LIMIT'],
    ['is no dictionary', '[1 2]', 'PDF_DAMAGED'],
    ['has no handler', '<</V 2/R 3>>', 'PDF_ENCRYPTION'],
    ['has short keys', '<</Filter/Standard/V 2/R 3/Length 128/P -4/O(a)/U(b)>>', 'PDF_DAMAGED'],
    ['names a crypt filter that it lacks', '<</Filter/Standard/V 4/R 4/P -4/StmF/X>>', 'PDF_DAMAGED'],
    ['mixes versions', `<</Filter/Standard/V 5/R 4/P -4/O<${'00'.repeat(48)}>/U<${'00'.repeat(48)}>>>`, 'PDF_DAMAGED'],
    ['has AES-256 under V 4', '<</Filter/Standard/V 4/R 4/P -4/CF<</A<</CFM/AESV3>>>>/StmF/A>>', 'PDF_ENCRYPTION'],
    ['has an unknown cipher', '<</Filter/Standard/V 5/R 6/P -4/CF<</A<</CFM/AESV4>>>>/StmF/A>>', 'PDF_ENCRYPTION'],
  ])('that %s', async (_, dictionary, code) => {
    await expect(readPdf(bytesSource(withEncrypt({ 8: dictionary })))).rejects.toMatchObject({ code });
  });
});

describe('two sections that disagree on /Encrypt', () => {
  const appended = (trailerExtra: string): Uint8Array => {
    const before = Buffer.from(encryptedFixture('aes-128'));
    const text = before.toString('latin1');
    const previous = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1];
    const trailer = /trailer\s*<<(.*?)>>\s*startxref/s.exec(text)?.[1]?.replace(/\/Encrypt \d+ 0 R/, '') ?? '';
    const xref = `xref\n0 0\ntrailer\n<<${trailer}/Prev ${previous}${trailerExtra}>>\nstartxref\n${before.length}\n%%EOF\n`;
    return Buffer.concat([before, Buffer.from(xref, 'latin1')]);
  };
  test.each([
    ['the newest has none', ''],
    ['the newest has another', '/Encrypt 1 0 R'],
  ])('%s', async (_, extra) => {
    const attempt = readPdf(bytesSource(appended(extra)), { password: 'user' });
    await expect(attempt).rejects.toMatchObject({ code: 'PDF_DAMAGED' });
  });
});
