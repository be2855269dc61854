/**
 * Where and how a seal shows, measured in what poppler and MuPDF draw: on every combination of /Rotate, CropBox and UserUnit it
 * stands upright at the millimetre asked for.
 */
import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { crc32, deflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { bytesSource, loadSigningFont, prepareSignature, readPdf } from '#core/pdf/index.ts';
import type { PdfPage } from '#core/pdf/index.ts';
import { fixture } from '../fixtures/pdf/index.ts';
import { withFolder } from './java.ts';
import { render, toolsMissing, type Shown } from './pdf-structure-strangers.ts';

const DPI = 127; // 5 pixels a millimetre
const PIXELS_PER_MM = DPI / 25.4;
const place = { x: 15, y: 8, width: 40, height: 20 };

/** Red in its left half, blue in its right half, the bottom quarter green: tells every turn and reflection. 2 : 1. */
function testCard(): Uint8Array {
  const [width, height] = [80, 40];
  const rows = Buffer.alloc(height * (1 + width * 3));
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const colour = y >= 30 ? [0, 255, 0] : x < width / 2 ? [255, 0, 0] : [0, 0, 255];
      rows.set(colour, y * (1 + width * 3) + 1 + x * 3);
    }
  }
  const chunk = (type: string, data: Uint8Array): Buffer => {
    const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
    const frame = Buffer.alloc(8);
    frame.writeUInt32BE(data.length);
    frame.writeUInt32BE(crc32(body), 4);
    return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
  };
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width);
  header.writeUInt32BE(height, 4);
  header.set([8, 2, 0, 0, 0], 8);
  return Buffer.concat([
    Buffer.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk('IHDR', header),
    chunk('IDAT', deflateSync(rows)),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

function colourAt({ width, samples }: Shown, xMm: number, yMm: number): string {
  const at = (Math.floor(yMm * PIXELS_PER_MM) * width + Math.floor(xMm * PIXELS_PER_MM)) * 3;
  const [r = 0, g = 0, b = 0] = samples.subarray(at, at + 3);
  return r > 200 && g > 200 && b > 200 ? 'paper' : r > 180 ? 'red' : g > 180 ? 'green' : b > 180 ? 'blue' : 'dark';
}

/** A seal on every page, one increment after the other, as three people would do it on a paper of three pages. */
async function sealed(): Promise<{ bytes: Uint8Array; sizes: PdfPage[] }> {
  let bytes = fixture('pages');
  const pages = await (await readPdf(bytesSource(bytes))).pages();
  for (const page of pages) {
    const prepared = await prepareSignature(await readPdf(bytesSource(bytes)), {
      subFilter: 'ETSI.CAdES.detached',
      claimedTime: new Date(0),
      contentsSize: 8,
      placement: { page: page.number, ...place },
      appearance: { image: testCard() },
    });
    bytes = new Uint8Array(Buffer.concat([bytes, prepared.increment]));
  }
  return { bytes, sizes: [...pages] };
}

describe.skipIf(toolsMissing !== undefined)('a seal on turned, cropped and scaled pages', () => {
  it.each(['poppler', 'mupdf'] as const)(
    '%s shows it upright where it was asked for, at its true size',
    async (tool) => {
      const { bytes, sizes } = await sealed();
      withFolder((folder) => {
        const path = join(folder, 'pages.pdf');
        writeFileSync(path, bytes);
        sizes.forEach((size, i) => {
          const where = `page ${i + 1}`;
          const shown = render(tool, path, i + 1, DPI);
          // pdftoppm leaves UserUnit out: it shows everything smaller by that factor.
          const scale = tool === 'poppler' ? 1 / size.userUnit : 1;
          expect(Math.abs(shown.width - size.widthMm * scale * PIXELS_PER_MM), where).toBeLessThan(2);
          expect(Math.abs(shown.height - size.heightMm * scale * PIXELS_PER_MM), where).toBeLessThan(2);
          const at = (x: number, y: number): string => colourAt(shown, x * scale, y * scale);
          const { x, y, width, height } = place;
          // Beyond the blur of a scaled picture of 2 pixels a millimetre.
          const edge = 0.5 + 0.4 / scale;
          expect(at(x + edge, y + edge), where).toBe('red');
          expect(at(x + width / 2 - edge, y + height * 0.75 - edge), where).toBe('red');
          expect(at(x + width / 2 + edge, y + edge), where).toBe('blue');
          expect(at(x + width - edge, y + height * 0.75 - edge), where).toBe('blue');
          expect(at(x + edge, y + height - edge), where).toBe('green');
          expect(at(x + width - edge, y + height - edge), where).toBe('green');
          for (const [px, py] of [
            [x - edge, y + 2],
            [x + width + edge, y + 2],
            [x + 2, y - edge],
            [x + width - 2, y + height + edge],
          ] as const)
            expect(at(px, py), where).toBe('paper');
        });
      });
    },
  );

  it('text can be found again as it was written', async () => {
    const font = await loadSigningFont(
      createRequire(import.meta.url).resolve('@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf'),
    );
    const original = fixture('table');
    const prepared = await prepareSignature(await readPdf(bytesSource(original)), {
      subFilter: 'ETSI.CAdES.detached',
      claimedTime: new Date(0),
      contentsSize: 8,
      placement: { page: 1, ...place },
      appearance: { lines: ['医师：王建国', '2026-11-22 16:30:00'], font },
    });
    withFolder((folder) => {
      const path = join(folder, 'text.pdf');
      writeFileSync(path, Buffer.concat([original, prepared.increment]));
      const text = execFileSync('pdftotext', ['-enc', 'UTF-8', path, '-'], { encoding: 'utf8' });
      expect(text).toContain('医师：王建国');
      expect(text).toContain('2026-11-22 16:30:00');
    });
  });
});
