import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { handwriting } from '../../../src/backend/demo/pictures/handwriting.ts';
import { encodePng } from '../../../src/backend/demo/pictures/png.ts';
import { circle, Raster } from '../../../src/backend/demo/pictures/raster.ts';
import { demoSeal } from '../../../src/backend/demo/pictures/seal.ts';

const alpha = (r: Raster, x: number, y: number): number => r.pixels[(y * r.width + x) * 4 + 3] ?? -1;
const size = (png: Uint8Array): [number, number] => [
  Buffer.from(png).readUInt32BE(16),
  Buffer.from(png).readUInt32BE(20),
];

/** Inflated IDAT: the same picture may be packed differently on another machine. */
function pixels(png: Uint8Array): Buffer {
  const bytes = Buffer.from(png);
  const at = bytes.indexOf('IDAT');
  return inflateSync(bytes.subarray(at + 4, at + 4 + bytes.readUInt32BE(at - 4)));
}

describe('the raster', () => {
  it('covers the area of a circle to within a percent, edges half covered', () => {
    const raster = new Raster(100, 100);
    raster.fill([circle({ x: 50, y: 50 }, 30, true, 200)], [0, 0, 0]);
    let sum = 0;
    for (let i = 3; i < raster.pixels.length; i += 4) sum += raster.pixels[i]! / 255;
    expect(Math.abs(sum / (Math.PI * 900) - 1)).toBeLessThan(0.01);
    expect(alpha(raster, 50, 50)).toBe(255);
    expect(alpha(raster, 5, 5)).toBe(0);
  });

  it('leaves a hole where a shape turns the other way, and none where two overlap', () => {
    const raster = new Raster(100, 100);
    raster.fill([circle({ x: 50, y: 50 }, 40), circle({ x: 50, y: 50 }, 20, false)], [0, 0, 0]);
    expect(alpha(raster, 50, 50)).toBe(0);
    expect(alpha(raster, 80, 50)).toBe(255);
    const both = new Raster(100, 100);
    both.fill([circle({ x: 45, y: 50 }, 20), circle({ x: 55, y: 50 }, 20)], [0, 0, 0]);
    expect(alpha(both, 50, 50)).toBe(255);
  });

  it('does not mind shapes that reach over the edge', () => {
    const raster = new Raster(10, 10);
    raster.fill([circle({ x: 0, y: 0 }, 50)], [1, 2, 3]);
    expect(alpha(raster, 9, 9)).toBe(255);
  });
});

describe('the pictures', () => {
  it('have the size of a signature and of a seal at 300 dpi', () => {
    expect(size(handwriting('李医师'))).toEqual([472, 177]);
    expect(size(demoSeal())).toEqual([496, 496]);
  });

  it('are the files of resources/demo', () => {
    const file = (name: string) =>
      new Uint8Array(readFileSync(new URL(`../../../resources/demo/${name}`, import.meta.url)));
    expect(pixels(handwriting('李医师')).equals(pixels(file('handwriting-li.png')))).toBe(true);
    expect(pixels(demoSeal()).equals(pixels(file('seal.png')))).toBe(true);
  });

  it('are PNGs that a stranger reads', ({ skip }) => {
    if (spawnSync('identify', ['-version']).error !== undefined) skip('ImageMagick is missing');
    const raster = new Raster(3, 2);
    raster.fill([circle({ x: 1.5, y: 1 }, 5)], [194, 58, 43]);
    const told = spawnSync('convert', ['png:-', 'txt:-'], { input: encodePng(raster, 300), encoding: 'utf8' }).stdout;
    expect(told.match(/C23A2B/gi)).toHaveLength(6);
  });
});
