import { expect, it } from 'vitest';
import { createDocumentStore } from '../../../src/main/desk/documents.ts';
import { bundleHandler } from '../../../src/main/protocol/bundle.ts';

const svg = new TextEncoder().encode('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');

it('a picture has one URL however often it is shown, its kind as type, and may do nothing but draw', async () => {
  const documents = createDocumentStore();
  const url = documents.addPicture(svg, 'SVG');
  expect(documents.addPicture(new Uint8Array(svg), 'SVG')).toBe(url);
  expect(documents.addPicture(svg, 'PNG')).not.toBe(url);
  const r = await bundleHandler({ root: '/none', documents })(new Request(`app://bundle${url}`));
  expect(r.headers.get('content-type')).toBe('image/svg+xml');
  expect(r.headers.get('content-security-policy')).toBe("default-src 'none'; style-src 'unsafe-inline'; sandbox");
  expect(r.headers.get('x-content-type-options')).toBe('nosniff');
  documents.dropPicture(url);
  expect(documents.picture(url.slice('/picture/'.length))).toBeUndefined();
  expect(documents.addPicture(svg, 'SVG')).not.toBe(url);
});

it('clearing leaves no document, no revision and no picture', () => {
  const documents = createDocumentStore();
  const held = documents.add('a.pdf', svg);
  const ids = [held.handle, documents.addFront(held.handle, 3), documents.addPicture(svg, 'SVG')].map((u) =>
    u.replace(/^\/\w+\//, ''),
  );
  expect(documents.served(ids[1]!)?.size).toBe(3);
  documents.closed(true);
  expect([documents.served(ids[0]!), documents.served(ids[1]!), documents.picture(ids[2]!)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  documents.closed(false);
  documents.clear();
  expect([documents.served(ids[0]!), documents.served(ids[1]!), documents.picture(ids[2]!)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
});
