/** The picture of a new seal: a file, or one drawn here. */
import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, join } from 'node:path';
import { existsSync } from 'node:fs';
import { YqError } from '#core/errors/index.ts';
import { loadSigningFont, sniffFormat } from '#core/pdf/index.ts';
import { drawSeal, type SealDrawing, type SealPicture } from '#core/seal/index.ts';
import { UsageError, type Invocation } from './arguments.ts';
import { PROGRAM_FOLDER, signingFontPath } from './home.ts';

const MAX_BYTES = 4 * 1024 * 1024;
const usage = (zh: string, en: string): UsageError => new UsageError(zh, en, 'seal');

/** From `--picture` with `--width` and `--height`, or `--draw`. Throws UsageError, SIGN_INPUT, PDF_IMAGE. */
export async function sealPicture(text: Invocation['text']): Promise<SealPicture> {
  const { picture, draw } = text;
  if ((picture === undefined) === (draw === undefined)) {
    throw usage('请用 --picture 或 --draw 给出印章图片。', 'Give the picture with either --picture or --draw.');
  }
  return picture === undefined ? await drawn(draw ?? '', text) : await fromFile(picture, text);
}

async function fromFile(path: string, { width, height }: Invocation['text']): Promise<SealPicture> {
  const [widthMm, heightMm] = [millimetres('width', width), millimetres('height', height)];
  const data = await readFile(path).catch((e: unknown) => {
    throw new YqError('SIGN_INPUT', { params: { file: basename(path) }, cause: e });
  });
  const format = sniffFormat(data);
  if (format === undefined || data.length > MAX_BYTES) {
    throw new YqError('PDF_IMAGE', {
      detail: format === undefined ? 'none of the five kinds' : `${data.length} bytes`,
    });
  }
  return { format, data: new Uint8Array(data), widthMm, heightMm };
}

async function drawn(kind: string, text: Invocation['text']): Promise<SealPicture> {
  const drawing = drawingOf(kind, text);
  const hand = kind === 'handwriting' ? await handFont() : undefined;
  const fonts = { text: await loadSigningFont(signingFontPath()), ...(hand === undefined ? {} : { hand }) };
  const { svg, widthMm, heightMm } = drawSeal(drawing, fonts);
  const data = new TextEncoder().encode(svg);
  return { format: 'SVG', data, widthMm: Math.round(widthMm), heightMm: Math.round(heightMm) };
}

function drawingOf(kind: string, text: Invocation['text']): SealDrawing {
  const needed = (name: string): string => {
    const value = text[name]?.trim() ?? '';
    if (value === '') throw usage(`--draw ${kind} 要有 --${name}。`, `--draw ${kind} needs --${name}.`);
    return value;
  };
  const size = (usual: number): number => (text['width'] === undefined ? usual : millimetres('width', text['width']));
  switch (kind) {
    case 'round':
      return {
        kind,
        organisation: needed('organisation'),
        centre: text['centre'] ?? '',
        number: text['number'] ?? '',
        diameterMm: size(42),
      };
    case 'department':
      return { kind, organisation: needed('organisation'), department: needed('department'), widthMm: size(45) };
    case 'name':
      return { kind, name: needed('person'), sideMm: size(18) };
    case 'handwriting':
      return { kind, name: needed('person') };
    default:
      throw usage(
        '--draw 只能是 round、department、name 或 handwriting。',
        '--draw is one of round, department, name, handwriting.',
      );
  }
}

function millimetres(option: 'width' | 'height', value: string | undefined): number {
  if (value !== undefined && /^\d{1,3}$/.test(value) && Number(value) > 0) return Number(value);
  throw usage(`--${option} 要是整毫米数，例如 42。`, `--${option} takes whole millimetres, for instance 42.`);
}

/** A running hand, packaged under resources/fonts, in a checkout the font package's own file; without it strokes stand for it. */
async function handFont(): Promise<Uint8Array | undefined> {
  const packaged = join(PROGRAM_FOLDER, 'resources', 'fonts', 'ZhiMangXing_400Regular.ttf');
  if (existsSync(packaged)) return new Uint8Array(await readFile(packaged));
  try {
    const path = createRequire(import.meta.url).resolve(
      '@expo-google-fonts/zhi-mang-xing/400Regular/ZhiMangXing_400Regular.ttf',
    );
    return new Uint8Array(await readFile(path));
  } catch {
    return undefined;
  }
}
