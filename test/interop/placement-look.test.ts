/**
 * Where seals stand, measured in what poppler and MuPDF draw: on every combination of /Rotate, box and UserUnit within 0.2 mm of the place
 * asked for, upright; and the strips of a riding seal, cut out of the drawn pages and laid side by side, are the whole picture.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { bytesSource, pictureOf, prepareSignature, readPdf, resolvePlacement } from '#core/pdf/index.ts';
import type { PdfFile, PdfPage, PlacedPicture, PlacementRule } from '#core/pdf/index.ts';
import { testCard, testSeal, testSealSvg } from '../fixtures/pdf/test-card.ts';
import { complaints, render, toolsMissing, type Shown } from './pdf-structure-strangers.ts';

/** 10 pixels a millimetre. */
const DPI = 254;
const TOLERANCE_MM = 0.2;

const matrix = (): Uint8Array =>
  new Uint8Array(readFileSync(new URL('../fixtures/pdf/placement-matrix.pdf', import.meta.url)));

interface Sealed {
  readonly path: string;
  readonly pages: readonly PdfPage[];
  /** Widget first. */
  readonly pictures: readonly PlacedPicture[];
}

async function seal(
  folder: string,
  rule: PlacementRule,
  size: { widthMm: number; heightMm: number },
  data: Uint8Array,
): Promise<Sealed> {
  const original = matrix();
  const file: PdfFile = await readPdf(bytesSource(original));
  const { widget, copies } = await resolvePlacement(file, rule, size);
  if (widget === undefined) return expect.fail('no widget');
  const { increment } = await prepareSignature(file, {
    subFilter: 'ETSI.CAdES.detached',
    claimedTime: new Date('2026-11-22T08:30:00Z'),
    contentsSize: 100,
    appearance: { picture: pictureOf(data), trueToSize: true },
    placement: widget.place,
    ...(widget.part === undefined ? {} : { part: widget.part }),
    copies,
  });
  const path = join(folder, `${JSON.stringify(rule).replace(/\W+/g, '-')}.pdf`);
  writeFileSync(path, Buffer.concat([original, increment]));
  return { path, pages: await file.pages(), pictures: [widget, ...copies] };
}

/** A drawn page that can be asked by millimetres. */
class Paper {
  readonly #shown: Shown;
  readonly scale: number;

  constructor(tool: 'poppler' | 'mupdf', path: string, page: PdfPage) {
    // Poppler as it is does not know UserUnit and shows the page smaller by it.
    const dpi = tool === 'poppler' ? DPI * page.userUnit : DPI;
    this.#shown = render(tool, path, page.number, dpi);
    const knowsUnit = Math.abs(this.#shown.width - (page.widthMm * dpi) / 25.4) < 2;
    this.scale = (knowsUnit ? dpi : DPI) / 25.4;
    expect(Math.abs(this.#shown.width - page.widthMm * this.scale), 'the page is as wide as it says').toBeLessThan(2);
    expect(Math.abs(this.#shown.height - page.heightMm * this.scale)).toBeLessThan(2);
  }

  at(xMm: number, yMm: number): readonly [number, number, number] {
    const { width, height, samples } = this.#shown;
    const x = Math.min(width - 1, Math.max(0, Math.floor(xMm * this.scale)));
    const y = Math.min(height - 1, Math.max(0, Math.floor(yMm * this.scale)));
    const i = (y * width + x) * 3;
    return [samples[i] ?? 0, samples[i + 1] ?? 0, samples[i + 2] ?? 0];
  }

  /** Box round all that is no shade of grey, mm. */
  coloured(): readonly [left: number, top: number, right: number, bottom: number] {
    const { width, height, samples } = this.#shown;
    let [left, top, right, bottom] = [width, height, 0, 0];
    for (let y = 0; y < height; y++)
      for (let x = 0; x < width; x++) {
        const i = (y * width + x) * 3;
        const [r = 0, g = 0, b = 0] = [samples[i], samples[i + 1], samples[i + 2]];
        if (Math.max(r, g, b) - Math.min(r, g, b) < 128) continue;
        left = Math.min(left, x);
        right = Math.max(right, x + 1);
        top = Math.min(top, y);
        bottom = Math.max(bottom, y + 1);
      }
    return [left / this.scale, top / this.scale, right / this.scale, bottom / this.scale];
  }
}

const name = ([r, g, b]: readonly [number, number, number]): string =>
  r > 180 && g > 180 && b > 180 ? 'paper' : r > 150 ? 'red' : g > 150 ? 'green' : b > 150 ? 'blue' : 'dark';

/** Cells a millimetre of the grids in which pictures are compared. */
const CELLS = 10;

/** Where the picture shows ink when its parts, cut out of the pages at the places asked for, are laid side by side. */
function laidOut(parts: readonly { readonly paper: Paper; readonly picture: PlacedPicture }[], size: number): Grid {
  const grid = new Grid(size * CELLS, size * CELLS);
  for (const { paper, picture } of parts) {
    const { x, y, width, height } = picture.place;
    const part = picture.part ?? { x: 0, y: 0, width: 1, height: 1 };
    for (let row = 0; row < grid.height; row++) {
      const v = ((row + 0.5) / grid.height - part.y) / part.height;
      if (v < 0 || v >= 1) continue;
      for (let column = 0; column < grid.width; column++) {
        const u = ((column + 0.5) / grid.width - part.x) / part.width;
        if (u < 0 || u >= 1) continue;
        const [r, g] = paper.at(x + u * width, y + v * height);
        grid.set(column, row, r - g > 100);
      }
    }
  }
  return grid;
}

class Grid {
  readonly width: number;
  readonly height: number;
  readonly #ink: Uint8Array;
  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.#ink = new Uint8Array(width * height);
  }
  get(x: number, y: number): boolean {
    return x >= 0 && y >= 0 && x < this.width && y < this.height && this.#ink[y * this.width + x] === 1;
  }
  set(x: number, y: number, ink: boolean): void {
    this.#ink[y * this.width + x] = ink ? 1 : 0;
  }
  /** Ink of this one that has none of the other's within the tolerance: cells. */
  beyond(other: Grid): number {
    const reach = TOLERANCE_MM * CELLS;
    let count = 0;
    for (let y = 0; y < this.height; y++)
      for (let x = 0; x < this.width; x++) {
        if (!this.get(x, y)) continue;
        let near = false;
        for (let dy = -reach; dy <= reach && !near; dy++)
          for (let dx = -reach; dx <= reach && !near; dx++)
            near = dx * dx + dy * dy <= reach * reach && other.get(x + dx, y + dy);
        if (!near) count++;
      }
    return count;
  }
  ink(): number {
    return this.#ink.reduce((sum, cell) => sum + cell, 0);
  }
}

describe.skipIf(toolsMissing !== undefined)('seals on turned, cropped and scaled pages', () => {
  const tools = ['poppler', 'mupdf'] as const;

  it('a copy on each of 24 pages: within 0.2 mm of its place, upright', async () => {
    const place = { x: 31.7, y: 12.3, width: 30, height: 15 };
    await inFolder(async (folder) => {
      const rule = { kind: 'pages', pages: 'all', x: place.x, y: place.y } as const;
      const { path, pages } = await seal(folder, rule, { widthMm: 30, heightMm: 15 }, testCard());
      expect(complaints(path)).toEqual({ qpdf: 0, mutool: 0 });
      let largest = 0;
      for (const tool of tools)
        for (const page of pages) {
          const what = `${tool}, page ${page.number}: /Rotate ${page.rotation}, UserUnit ${page.userUnit}`;
          const paper = new Paper(tool, path, page);
          const asked = [place.x, place.y, place.x + place.width, place.y + place.height];
          for (const [i, edge] of paper.coloured().entries()) {
            const off = Math.abs(edge - (asked[i] ?? NaN));
            largest = Math.max(largest, off);
            expect(off, `${what}, edge ${i}`).toBeLessThanOrEqual(TOLERANCE_MM);
          }
          const colours = [
            [0.2, 0.3],
            [0.8, 0.3],
            [0.2, 0.9],
            [0.8, 0.9],
          ].map(([x = 0, y = 0]) => name(paper.at(place.x + x * place.width, place.y + y * place.height)));
          expect(colours, what).toEqual(['red', 'blue', 'green', 'green']);
        }
      console.log(
        `placement: largest deviation ${largest.toFixed(3)} mm on ${pages.length} pages in poppler and MuPDF`,
      );
    });
  });

  it.each([
    ['right', 'poppler', 6, { list: '1-4,13-16,21-24' }],
    ['right', 'mupdf', 8, 'all'],
    ['left', 'mupdf', 12, { list: '1-12' }],
    ['top', 'poppler', 5, { list: '2,7,12,13,18' }],
    ['bottom', 'mupdf', 6, { list: '9-12,23-24' }],
  ] as const)(
    'riding seal, %s edge (%s, groups of %i): strips join to the whole',
    async (edge, tool, groupSize, pages) => {
      const size = { widthMm: 40, heightMm: 40 };
      await inFolder(async (folder) => {
        // MuPDF moves the edges of raster pictures to whole pixels; seals are vector anyway, and poppler gets the raster.
        const image = tool === 'poppler' ? testSeal() : testSealSvg();
        const reference = await seal(folder, { kind: 'fixed', page: 1, x: 20, y: 20 }, size, image);
        const whole = laidOut(shownOn(reference, tool), size.widthMm);
        expect(whole.ink()).toBeGreaterThan(10_000);

        const shown = shownOn(await seal(folder, { kind: 'riding', edge, groupSize, pages }, size, image), tool);
        for (const { paper, picture } of shown) {
          const { x, y, width, height } = picture.place;
          const [left, top, right, bottom] = paper.coloured();
          expect(left).toBeGreaterThanOrEqual(x - TOLERANCE_MM);
          expect(top).toBeGreaterThanOrEqual(y - TOLERANCE_MM);
          expect(right).toBeLessThanOrEqual(x + width + TOLERANCE_MM);
          expect(bottom).toBeLessThanOrEqual(y + height + TOLERANCE_MM);
        }
        for (let first = 0; first < shown.length; first += groupSize) {
          const joined = laidOut(shown.slice(first, first + groupSize), size.widthMm);
          expect(joined.ink() / whole.ink()).toBeCloseTo(1, 1);
          expect(joined.beyond(whole), 'ink where the whole has none within 0.2 mm').toBe(0);
          expect(whole.beyond(joined), 'ink of the whole that is missing').toBe(0);
        }
      });
    },
  );
});

function shownOn({ path, pages, pictures }: Sealed, tool: 'poppler' | 'mupdf') {
  return pictures.map((picture) => {
    const page = pages[picture.place.page - 1];
    return page === undefined ? expect.fail('no such page') : { paper: new Paper(tool, path, page), picture };
  });
}

async function inFolder<T>(work: (folder: string) => Promise<T>): Promise<T> {
  const folder = await mkdtemp(join(tmpdir(), 'yiqian-look-'));
  try {
    return await work(folder);
  } finally {
    await rm(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
}
