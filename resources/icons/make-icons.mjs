/**
 * Draws the app's mark, a square cinnabar seal with 医签 in white, and writes icon.svg, the PNGs and icon.ico beside this file,
 * and those of the phone's page below phone/.
 * Run again only when the mark changes: node resources/icons/make-icons.mjs (needs a Chromium for the rasters).
 */
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { chromium } from '@playwright/test';

const here = import.meta.dirname;
const require = createRequire(import.meta.url);
const { default: fontkit } = await import('@cantoo/fontkit');

const CINNABAR = '#C23A2B';
const SIZE = 512;
/** Rim of the seal, px of 512: white line inside the red, as on a carved stone. */
const RIM = { outer: 16, line: 14, gap: 26, radius: 44 };

const font = fontkit.create(
  readFileSync(require.resolve('@expo-google-fonts/noto-sans-sc/700Bold/NotoSansSC_700Bold.ttf')),
);

/** The glyph's outline scaled into a box; seal characters fill their field, so both directions are scaled on their own. */
function glyphPath(character, box) {
  const glyph = font.glyphForCodePoint(character.codePointAt(0));
  const { minX, minY, maxX, maxY } = glyph.bbox;
  const sx = box.width / (maxX - minX);
  const sy = box.height / (maxY - minY);
  const x = (v) => (box.x + (v - minX) * sx).toFixed(1);
  const y = (v) => (box.y + (maxY - v) * sy).toFixed(1);
  const letters = { moveTo: 'M', lineTo: 'L', quadraticCurveTo: 'Q', bezierCurveTo: 'C', closePath: 'Z' };
  return glyph.path.commands
    .map(({ command, args }) => letters[command] + args.map((v, i) => (i % 2 === 0 ? x(v) : y(v))).join(' '))
    .join('');
}

function seal() {
  const inner = RIM.outer + RIM.line + RIM.gap;
  const field = SIZE - 2 * inner;
  const between = 24;
  const width = (field - between) / 2;
  const boxes = ['医', '签'].map((c, i) => [
    c,
    { x: inner + i * (width + between), y: inner + 6, width, height: field - 12 },
  ]);
  const rim = RIM.outer + RIM.line / 2;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" width="${SIZE}" height="${SIZE}">
<rect width="${SIZE}" height="${SIZE}" rx="${RIM.radius}" fill="${CINNABAR}"/>
<rect x="${rim}" y="${rim}" width="${SIZE - 2 * rim}" height="${SIZE - 2 * rim}" rx="${RIM.radius - rim + 8}" fill="none" stroke="#fff" stroke-width="${RIM.line}"/>
<path fill="#fff" d="${boxes.map(([c, box]) => glyphPath(c, box)).join('')}"/>
</svg>
`;
}

/** At 16 and 24 px two characters are noise: 签 alone, no rim. */
function smallSeal() {
  const box = { x: 70, y: 60, width: SIZE - 140, height: SIZE - 120 };
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" width="${SIZE}" height="${SIZE}">
<rect width="${SIZE}" height="${SIZE}" rx="72" fill="${CINNABAR}"/><path fill="#fff" d="${glyphPath('签', box)}"/>
</svg>
`;
}

/** For a phone's home screen, which cuts its own shape: cinnabar to the edges, the seal within the middle four fifths. */
function fullSeal() {
  const [, inside = ''] = /<svg[^>]*>([\s\S]*)<\/svg>/.exec(seal()) ?? [];
  const at = SIZE * 0.1;
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${SIZE} ${SIZE}" width="${SIZE}" height="${SIZE}">
<rect width="${SIZE}" height="${SIZE}" fill="${CINNABAR}"/><g transform="translate(${at} ${at}) scale(0.8)">${inside}</g>
</svg>
`;
}

/** ICO with PNG entries (Windows Vista and later). */
function ico(images) {
  const header = Buffer.alloc(6 + 16 * images.length);
  header.writeUInt16LE(1, 2);
  header.writeUInt16LE(images.length, 4);
  let offset = header.length;
  images.forEach(({ size, png }, i) => {
    const at = 6 + 16 * i;
    header.writeUInt8(size === 256 ? 0 : size, at);
    header.writeUInt8(size === 256 ? 0 : size, at + 1);
    header.writeUInt16LE(1, at + 4);
    header.writeUInt16LE(32, at + 6);
    header.writeUInt32LE(png.length, at + 8);
    header.writeUInt32LE(offset, at + 12);
    offset += png.length;
  });
  return Buffer.concat([header, ...images.map((i) => i.png)]);
}

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM_PATH ?? '/usr/bin/chromium',
  args: process.getuid?.() === 0 ? ['--no-sandbox'] : [],
});
async function raster(svg, size) {
  const page = await browser.newPage({ viewport: { width: size, height: size } });
  await page.setContent(`<style>*{margin:0}svg{display:block;width:${size}px;height:${size}px}</style>${svg}`);
  const png = await page.screenshot({ omitBackground: true });
  await page.close();
  return png;
}
writeFileSync(join(here, 'icon.svg'), seal());
writeFileSync(join(here, 'icon-small.svg'), smallSeal());
const images = [];
for (const size of [16, 24, 32, 48, 64, 128, 256, 512]) {
  const png = await raster(size <= 24 ? smallSeal() : seal(), size);
  writeFileSync(join(here, size === 512 ? 'icon.png' : `${size}x${size}.png`), png);
  if (size <= 256) images.push({ size, png });
}
writeFileSync(join(here, 'icon.ico'), ico(images));
mkdirSync(join(here, 'phone'), { recursive: true });
for (const [name, svg, size] of [
  ['icon-192.png', seal(), 192],
  ['icon-512.png', seal(), 512],
  ['maskable-512.png', fullSeal(), 512],
  ['apple-touch-icon.png', fullSeal(), 180],
]) {
  writeFileSync(join(here, 'phone', name), await raster(svg, size));
}
await browser.close();
