/** What is said of a record's document before anybody signs it. The service is played; reading and judging are real. */
import { PDFDocument, PDFHexString, PDFName } from 'pdf-lib';
import { expect, it } from 'vitest';
import { sm3, toHex } from '../../../src/core/crypto/index.ts';
import { createDocumentStore } from '../../../src/main/desk/documents.ts';
import { openRecord } from '../../../src/main/desk/open-record.ts';
import type { DeskPorts } from '../../../src/main/desk/ports.ts';
import type { Session } from '../../../src/main/desk/session.ts';
import type { WorkList } from '../../../src/main/desk/work-list.ts';
import type { OpenedRecord } from '../../../src/shared/models.ts';

const patient = { id: 'p', name: 'n', admissionNumber: 'a' };

function open(bytes: Uint8Array, rule: object = {}): Promise<OpenedRecord> {
  const digest = toHex(sm3(bytes));
  return openRecord({
    ports: {
      backend: {
        version: () =>
          Promise.resolve({
            record: { id: 'r', version: 1, patient },
            state: 'waiting',
            document: { sm3: digest, size: bytes.length },
            changes: [],
            rule: { placement: null, text: { zh: '按行', en: 'line' }, appearance: 'none', role: 'x', ...rule },
          }),
        document: () => Promise.resolve({ bytes, sm3: digest }),
      },
      settings: { get: () => ({ language: 'zh' }) },
      redact: { learn: () => undefined },
      now: () => new Date(),
    } as unknown as DeskPorts,
    session: { identity: () => ({ bearer: 'b' }) } as unknown as Session,
    worklist: { find: () => undefined } as unknown as WorkList,
    documents: createDocumentStore(),
    appearance: { png: () => Promise.resolve(undefined), url: () => Promise.resolve(null), clear: () => undefined },
    trust: () => Promise.resolve({ roots: [] }),
    sealOf: (esId) => (esId === 'H-1' ? 'F'.repeat(64) : null),
  })('r', 1);
}

async function pdf(more: (document: PDFDocument) => void = () => undefined): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  document.addPage();
  more(document);
  return document.save({ useObjectStreams: false });
}

it('a plain document may be signed; an older service names no layout and no seal', async () => {
  expect(await open(await pdf())).toMatchObject({ blocked: null, emptyFields: [], layout: null, sealId: null });
});

it('the rule’s layout goes on to the page, and its seal where I have it', async () => {
  const layout = { kind: 'riding', edge: 'left' };
  expect(await open(await pdf(), { layout, seal: 'H-1' })).toMatchObject({ layout, sealId: 'F'.repeat(64) });
  expect(await open(await pdf(), { layout, seal: 'H-2' })).toMatchObject({ layout, sealId: null });
});

it('content that can change the look blocks, and is named', async () => {
  const script = await pdf((d) => {
    const action = d.context.obj({ Type: 'Action', S: 'JavaScript', JS: PDFHexString.fromText('app.alert(1)') });
    d.catalog.set(PDFName.of('OpenAction'), d.context.register(action));
  });
  const { blocked } = await open(script);
  expect(blocked?.code).toBe('PDF_ACTIVE_CONTENT');
  expect(blocked?.zh.what).not.toContain('{');
});

it('empty signature fields are listed, signed ones and others are not', async () => {
  const withFields = await pdf((d) => {
    const field = (name: string, type: string) =>
      d.context.register(
        d.context.obj({
          FT: type,
          T: PDFHexString.fromText(name),
          Type: 'Annot',
          Subtype: 'Widget',
          Rect: [0, 0, 10, 10],
        }),
      );
    const fields = [field('主治医师签名', 'Sig'), field('备注', 'Tx'), field('患者签名', 'Sig')];
    d.getPage(0).node.set(PDFName.of('Annots'), d.context.obj(fields));
    d.catalog.set(PDFName.of('AcroForm'), d.context.obj({ Fields: fields }));
  });
  expect((await open(withFields)).emptyFields).toEqual(['主治医师签名', '患者签名']);
});

it('what cannot be read cannot be signed', async () => {
  const { blocked, emptyFields } = await open(new TextEncoder().encode('no PDF'));
  expect([blocked?.code, emptyFields]).toEqual(['PDF_NOT_PDF', []]);
});
