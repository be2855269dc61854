import { describe, expect, test } from 'vitest';
import { bytesSource, changedObjects, PdfDict, prepareSignature, readPdf } from '#core/pdf/index.ts';
import type { DocumentChanges } from '#core/pdf/index.ts';
import { ID, PdfBuilder, PLAIN_TRAILER, plainObjects } from '../../fixtures/pdf/build.ts';
import { fixture, signable, type FixtureName } from '../../fixtures/pdf/index.ts';

const summary = ({ objects }: DocumentChanges): string[] => objects.map(({ num, kind }) => `${num} ${kind}`);

async function between(bytes: Uint8Array, olderEnd: number): Promise<DocumentChanges> {
  const newer = await readPdf(bytesSource(bytes));
  return changedObjects(await newer.revisionAt(olderEnd), newer);
}

describe('what differs between two revisions', () => {
  test('changed, freed and added objects with their values', async () => {
    const changes = await between(fixture('two-revisions'), fixture('table').length);
    expect(summary(changes)).toEqual(['3 changed', '6 freed', '7 added']);
    const [page, info, note] = changes.objects;
    expect(page?.older).toBeInstanceOf(PdfDict);
    expect((page?.older as PdfDict).has('Annots')).toBe(false);
    expect((page?.newer as PdfDict).has('Annots')).toBe(true);
    expect(info?.newer).toBeNull();
    expect(note?.older).toBeNull();
    expect(changes.trailerKeys).toEqual(['Info']);
  });

  test('a revision and itself', async () => {
    const file = await readPdf(bytesSource(fixture('objstm')));
    expect(await changedObjects(file, file)).toEqual({ objects: [], trailerKeys: [] });
  });

  test.each(signable)('a signature in %s changes nothing but what a signature needs', async (name: FixtureName) => {
    const original = fixture(name);
    const prepared = await prepareSignature(await readPdf(bytesSource(original)), {
      subFilter: 'ETSI.CAdES.detached',
      claimedTime: new Date(0),
      contentsSize: 50,
      placement: { page: 1, x: 5, y: 5, width: 30, height: 20 },
    });
    const bytes = new Uint8Array([...original, ...prepared.increment]);
    const older = await readPdf(bytesSource(original));
    const changes = await changedObjects(older, await readPdf(bytesSource(bytes)));
    const changed = changes.objects.filter((o) => o.kind !== 'added');
    // Page or its /Annots array, the form or its /Fields array, the catalog: never more than three.
    expect(changed.length).toBeLessThanOrEqual(3);
    expect(changed.every((o) => o.kind === 'changed')).toBe(true);
    expect(changes.objects.filter((o) => o.kind === 'added')).toHaveLength(3);
    expect(changes.trailerKeys.filter((key) => key !== 'ID')).toEqual([]);
  });

  test('an object written again with the same value, also as a stream, is relisted', async () => {
    const builder = new PdfBuilder(fixture('table'));
    const { 4: content, 5: font } = plainObjects();
    const places = [builder.object(4, content ?? ''), builder.object(5, font ?? '')];
    const bytes = builder.end(builder.table(places, `/Size 7${PLAIN_TRAILER}/Prev 500`.replace('500', startXref())));
    expect(summary(await between(bytes, fixture('table').length))).toEqual(['4 relisted', '5 relisted']);
  });

  test('one changed byte in a stream makes it changed', async () => {
    const builder = new PdfBuilder(fixture('table'));
    const places = [
      builder.object(4, { dict: '', data: Buffer.from('BT /F1 18 Tf 60 100 Td (Recard) Tj ET\n0 0 40 40 re f\n') }),
    ];
    const bytes = builder.end(builder.table(places, `/Size 7${PLAIN_TRAILER}/Prev ${startXref()}`));
    expect(summary(await between(bytes, fixture('table').length))).toEqual(['4 changed']);
  });

  test('a replaced object stream: every object in it is compared', async () => {
    const builder = new PdfBuilder(fixture('objstm'));
    const { 4: content, ...rest } = plainObjects('/Rotate 180') as Record<number, string>;
    void content;
    const places = builder.objectStream(7, rest);
    const previous = (await readPdf(bytesSource(fixture('objstm')))).revisions[0]?.startXref;
    const bytes = builder.end(builder.stream(9, places, `/Size 10/Root 1 0 R/Info 6 0 R${ID}/Prev ${previous}`));
    const changes = await between(bytes, fixture('objstm').length);
    expect(summary(changes).filter((line) => line.endsWith('changed'))).toEqual(['3 changed']);
  });

  test('another /Root shows in the trailer', async () => {
    const builder = new PdfBuilder(fixture('table'));
    const places = [builder.object(7, '<</Type/Catalog/Pages 2 0 R>>')];
    const bytes = builder.end(builder.table(places, `/Size 8/Root 7 0 R/Info 6 0 R${ID}/Prev ${startXref()}`));
    expect((await between(bytes, fixture('table').length)).trailerKeys).toEqual(['Root']);
  });
});

function startXref(): string {
  return /startxref\n(\d+)/.exec(Buffer.from(fixture('table')).toString('latin1'))?.[1] ?? '';
}
