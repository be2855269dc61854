/** How light a colour is: of its brightest component, since black text on a pure red or blue can still be read. */
import { isArray, PdfDict, PdfName, PdfStream, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import type { Operand } from './content-lexer.ts';

/** `device`: numbers say what they are by their count. `unknown`: tints, palettes, patterns. */
export type ColourSpace = 'gray' | 'device' | 'unknown';

/** 0 to 1; undefined when the numbers do not tell. */
export function lightOf(space: ColourSpace, numbers: readonly number[]): number | undefined {
  if (space === 'unknown' || numbers.length === 0) return undefined;
  const [c = 0, m = 0, y = 0, k = 0] = numbers;
  const light = numbers.length === 4 ? (1 - Math.min(c, m, y)) * (1 - k) : Math.max(...numbers);
  return Math.min(1, Math.max(0, light));
}

const DEVICE: ReadonlySet<string> = new Set(['DeviceGray', 'DeviceRGB', 'DeviceCMYK', 'G', 'RGB', 'CMYK']);
const CALIBRATED: ReadonlySet<string> = new Set(['CalGray', 'CalRGB', 'ICCBased']);

export async function spaceOf(file: PdfFile, operand: Operand, resources: PdfObject): Promise<ColourSpace> {
  if (!(operand instanceof PdfName)) return 'unknown';
  if (DEVICE.has(operand.value)) return 'device';
  const spaces = resources instanceof PdfDict ? await file.resolve(resources.get('ColorSpace')) : null;
  const space = spaces instanceof PdfDict ? await file.resolve(spaces.get(operand.value)) : null;
  if (space instanceof PdfName) return DEVICE.has(space.value) ? 'device' : 'unknown';
  const kind = isArray(space) ? await file.resolve(space[0]) : null;
  return kind instanceof PdfName && CALIBRATED.has(kind.value) ? 'device' : 'unknown';
}

/** Components of an image's colour space; undefined when it does not say. */
export async function componentsOf(file: PdfFile, written: PdfObject | undefined): Promise<number | undefined> {
  const space = await file.resolve(written);
  const kind = isArray(space) ? await file.resolve(space[0]) : space;
  if (!(kind instanceof PdfName)) return undefined;
  switch (kind.value) {
    case 'DeviceGray':
    case 'CalGray':
    case 'Indexed':
    case 'Separation':
      return 1;
    case 'DeviceRGB':
    case 'CalRGB':
    case 'Lab':
      return 3;
    case 'DeviceCMYK':
      return 4;
    case 'ICCBased': {
      const profile = isArray(space) ? await file.resolve(space[1]) : null;
      const count = profile instanceof PdfStream ? await file.resolve(profile.dict.get('N')) : null;
      return typeof count === 'number' ? count : undefined;
    }
  }
  return undefined;
}
