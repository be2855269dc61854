/**
 * Seals as poppler and MuPDF draw them: both alike, true to size within 0.2 mm, transparent, strips that join to the whole picture; and
 * an SVG test card against what Chromium made of the same file.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { bytesSource, pictureOf, prepareSignature, readPdf } from '#core/pdf/index.ts';
import type { Picture, SignatureFieldRequest } from '#core/pdf/index.ts';
import { drawSeal, type SealDrawing } from '#core/seal/index.ts';
import { readPng } from '../../src/core/pdf/picture/png.ts';
import { fixture } from '../fixtures/pdf/index.ts';
import { pictureFixture } from '../fixtures/pictures/index.ts';
import { complaints, render, toolsMissing, type Shown } from './pdf-structure-strangers.ts';

const DPI = 200;
const TOLERANCE_MM = 0.2;
const tools = ['poppler', 'mupdf'] as const;

interface Area {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'yiqian-pictures-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const fontFile = (path: string): Uint8Array =>
  new Uint8Array(readFileSync(createRequire(import.meta.url).resolve(`@expo-google-fonts/${path}.ttf`)));

function seal(drawing: SealDrawing): Picture {
  const text = fontFile('noto-sans-sc/400Regular/NotoSansSC_400Regular');
  const hand = fontFile('zhi-mang-xing/400Regular/ZhiMangXing_400Regular');
  return { format: 'SVG', data: new TextEncoder().encode(drawSeal(drawing, { text, hand }).svg) };
}

const round: SealDrawing = {
  kind: 'round',
  organisation: '示范医院',
  centre: '病历专用章',
  number: '演示0001',
  diameterMm: 42,
};

/** A document of one page with these signatures' appearances, as a file. */
async function document(name: string, ...requests: readonly Partial<SignatureFieldRequest>[]): Promise<string> {
  let bytes = fixture('table');
  for (const request of requests) {
    const { increment } = await prepareSignature(await readPdf(bytesSource(bytes)), {
      subFilter: 'ETSI.CAdES.detached',
      claimedTime: new Date(0),
      contentsSize: 8,
      ...request,
    });
    bytes = new Uint8Array(Buffer.concat([bytes, increment]));
  }
  const path = join(folder, `${name}.pdf`);
  writeFileSync(path, bytes);
  return path;
}

const shownAs = (picture: Picture, place: Area): Partial<SignatureFieldRequest> => ({
  placement: { page: 1, ...place },
  appearance: { picture, trueToSize: true },
});

type Pixel = readonly [number, number, number];
const pixelAt = ({ samples, width }: Shown, x: number, y: number): Pixel => {
  const at = (y * width + x) * 3;
  return [samples[at] ?? 0, samples[at + 1] ?? 0, samples[at + 2] ?? 0];
};
/** Channels of a pixel that is neither grey nor white nor black lie further apart. */
const COLOURED = 40;

/** mm that the coloured pixels of a page cover. */
function colouredBox({ samples, width, height }: Shown, dpi: number): Area {
  let [left, top, right, bottom] = [Infinity, Infinity, -Infinity, -Infinity];
  for (let y = 0, at = 0; y < height; y++)
    for (let x = 0; x < width; x++, at += 3) {
      const [r = 0, g = 0, b = 0] = [samples[at], samples[at + 1], samples[at + 2]];
      if (Math.abs(r - g) <= COLOURED && Math.abs(g - b) <= COLOURED && Math.abs(r - b) <= COLOURED) continue;
      [left, right] = [Math.min(left, x), Math.max(right, x + 1)];
      [top, bottom] = [Math.min(top, y), Math.max(bottom, y + 1)];
    }
  const mm = 25.4 / dpi;
  return { x: left * mm, y: top * mm, width: (right - left) * mm, height: (bottom - top) * mm };
}

/** Mean difference of the channels, 0 to 255, of two areas of equal size; positions in pixels. */
function difference(a: Shown, atA: Area, b: Shown, atB: Area): number {
  let sum = 0;
  for (let y = 0; y < atA.height; y++)
    for (let x = 0; x < atA.width; x++) {
      const [p, q] = [pixelAt(a, atA.x + x, atA.y + y), pixelAt(b, atB.x + x, atB.y + y)];
      sum += Math.abs(p[0] - q[0]) + Math.abs(p[1] - q[1]) + Math.abs(p[2] - q[2]);
    }
  return sum / (3 * atA.width * atA.height);
}

function pixels({ x, y, width, height }: Area, dpi: number): Area {
  const px = (mm: number): number => Math.round((mm * dpi) / 25.4);
  return { x: px(x), y: px(y), width: px(width), height: px(height) };
}

describe.skipIf(toolsMissing !== undefined)('a drawn seal in a PDF', () => {
  it.each([
    ['round', round, 42, 42],
    ['department', { kind: 'department', organisation: '示范医院', department: '演示科', widthMm: 45 }, 45, 30],
    ['name', { kind: 'name', name: '王建国印', sideMm: 18 }, 18, 18],
  ] as const)('%s: both readers show it alike, where and as large as asked', async (name, drawing, width, height) => {
    const place = { x: 21.3, y: 33.7, width, height };
    const path = await document(name, shownAs(seal(drawing), place));
    expect(complaints(path)).toEqual({ qpdf: 0, mutool: 0 });
    const shown = tools.map((tool) => render(tool, path, 1, DPI));
    for (const [i, one] of shown.entries()) {
      const box = colouredBox(one, DPI);
      for (const key of ['x', 'y', 'width', 'height'] as const)
        expect(Math.abs(box[key] - place[key]), `${tools[i]} ${key} ${box[key]}`).toBeLessThan(TOLERANCE_MM);
    }
    const area = pixels(place, DPI);
    const [poppler, mupdf] = shown as [Shown, Shown];
    expect(difference(poppler, area, mupdf, area)).toBeLessThan(4);
  });

  it('handwriting stays within its paper', async () => {
    const place = { x: 20, y: 30, width: 40, height: 15 };
    const path = await document('hand', shownAs(seal({ kind: 'handwriting', name: '王建国' }), place));
    for (const tool of tools) {
      const box = colouredBox(render(tool, path, 1, DPI), DPI);
      expect(box.x).toBeGreaterThan(20);
      expect(box.y).toBeGreaterThan(30);
      expect(box.x + box.width).toBeLessThan(60);
      expect(box.y + box.height).toBeLessThan(45);
      expect(box.height).toBeGreaterThan(10);
    }
  });

  it.each([
    ['a drawn seal', () => seal(round)],
    ['a scan on white paper', () => pictureOf(pictureFixture('scan.jpg'))],
  ] as const)('%s hides nothing that stands under it, neither by its paper nor by its ink', async (_, picture) => {
    // The fixture has a black square in its lower left corner.
    const path = await document('over', shownAs(picture(), { x: 0, y: 250, width: 42, height: 42 }));
    for (const tool of tools) {
      const shown = render(tool, path, 1, DPI);
      const at = (x: number, y: number): Pixel =>
        pixelAt(shown, Math.round((x * DPI) / 25.4), Math.round((y * DPI) / 25.4));
      const isDark = (pixel: Pixel): boolean => Math.max(...pixel) < 12;
      expect(isDark(at(10, 286)), `${tool}: paper`).toBe(true);
      expect(isDark(at(6.5, 285)), `${tool}: ink of the ring`).toBe(true);
      expect(Math.min(...at(21, 263))).toBeGreaterThan(250);
      const [red, , blue] = at(41.4, 271);
      expect(red - blue, `${tool}: ring on paper`).toBeGreaterThan(100);
    }
  });

  it('the strips of a riding seal join to the whole picture', async () => {
    // 50.8 mm are 400 pixels, so that whole and strips fall on the same pixel grid.
    const strips = 3;
    const strip = (n: number) => ({
      place: { page: 1, x: 20 + n * 14, y: 30, width: 14, height: 42 },
      part: { x: n / strips, y: 0, width: 1 / strips, height: 1 },
    });
    const path = await document('strips', {
      placement: strip(0).place,
      part: strip(0).part,
      copies: [strip(1), strip(2), { place: { page: 1, x: 20, y: 80.8, width: 42, height: 42 } }],
      appearance: { picture: seal(round), trueToSize: true },
    });
    expect(complaints(path)).toEqual({ qpdf: 0, mutool: 0 });
    for (const tool of tools) {
      const shown = render(tool, path, 1, DPI);
      const joined = pixels({ x: 19, y: 29, width: 44, height: 44 }, DPI);
      expect(difference(shown, joined, shown, { ...joined, y: joined.y + 400 }), tool).toBeLessThan(1.5);
      const { x, width } = colouredBox(shown, DPI);
      expect(Math.abs(x - 20)).toBeLessThan(TOLERANCE_MM);
      expect(Math.abs(width - 42)).toBeLessThan(TOLERANCE_MM);
    }
  });
});

describe.skipIf(toolsMissing !== undefined)('pictures of every format', () => {
  it.each(['rgb.jpg', 'progressive.jpg', 'cmyk.jpg', 'density.jpg'])(
    '%s: red on the left, blue on the right, exactly filling its place',
    async (name) => {
      const place = { x: 20, y: 30, width: 40, height: 20 };
      const path = await document(name, shownAs(pictureOf(pictureFixture(name)), place));
      expect(complaints(path)).toEqual({ qpdf: 0, mutool: 0 });
      for (const tool of tools) {
        const shown = render(tool, path, 1, 127);
        const [left, right] = [pixelAt(shown, 110, 200), pixelAt(shown, 290, 200)];
        expect(left[0] - left[2], `${tool} ${left.join()}`).toBeGreaterThan(120);
        expect(right[2] - right[0], `${tool} ${right.join()}`).toBeGreaterThan(80);
        const box = colouredBox(shown, 127);
        for (const key of ['x', 'y', 'width', 'height'] as const)
          expect(Math.abs(box[key] - place[key])).toBeLessThan(TOLERANCE_MM + 0.01);
      }
    },
  );

  it('PNG, BMP and GIF of the same pixels look the same', async () => {
    const place = { x: 20, y: 30, width: 60, height: 45 };
    const area = pixels(place, 127);
    const same = async (first: string, second: string): Promise<void> => {
      const [a, b] = await Promise.all(
        [first, second].map(async (name) =>
          render('mupdf', await document(name, shownAs(pictureOf(pictureFixture(name)), place)), 1, 127),
        ),
      );
      if (a === undefined || b === undefined) throw new Error('nothing shown');
      expect(difference(a, area, b, area), second).toBe(0);
    };
    await same('noise.png', 'noise.gif');
    await same('noise.png', 'noise-interlaced.gif');
    await same('small.png', 'small-24.bmp');
  });

  it.each(tools)('the SVG test card: %s shows what Chromium shows of the file', async (tool) => {
    const place = { x: 10, y: 10, width: 120, height: 90 };
    const path = await document('card', shownAs(pictureOf(pictureFixture('card.svg')), place));
    expect(complaints(path)).toEqual({ qpdf: 0, mutool: 0 });
    const shown = render(tool, path, 1, 127);
    const chromium = readPng(pictureFixture('card-chromium.png'));
    const whole = { x: 0, y: 0, width: 600, height: 450 };
    expect(difference(shown, { ...whole, x: 50, y: 50 }, chromium, whole)).toBeLessThan(2);
    // Not in the mean alone: no patch of it differs as a missing shape would.
    for (let y = 0; y < 450; y += 30)
      for (let x = 0; x < 600; x += 30) {
        const patch = { x, y, width: 30, height: 30 };
        expect(difference(shown, { ...patch, x: x + 50, y: y + 50 }, chromium, patch), `${x}, ${y}`).toBeLessThan(22);
      }
  });
});
