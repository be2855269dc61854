/** The simulated reader's picture, and what is refused as a picture. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { pictureInfo } from '../../../src/core/pdf/index.ts';
import { drawPattern, simulatedReader } from '../../../src/main/consent/fingerprint/simulated.ts';
import { checkPicture, PICTURE_BYTES } from '../../../src/main/consent/pictures.ts';

const fixture = (name: string): Uint8Array =>
  new Uint8Array(readFileSync(join(import.meta.dirname, '../../fixtures/pictures', name)));

it('draws a picture that any reader takes, another one each time, with SIMULATED across it', async () => {
  const events: string[] = [];
  const options = { signal: new AbortController().signal, timeout: 1, onEvent: (e: string) => events.push(e) };
  const [a, b] = [await simulatedReader.capture(options), await simulatedReader.capture(options)];
  expect(events.slice(0, 3)).toEqual(['waiting', 'touched', 'lifted']);
  expect(pictureInfo(a.data)).toMatchObject({ format: 'PNG', widthPx: 256, heightPx: 360 });
  expect(pictureInfo(a.data).widthMm).toBeCloseTo(13, 0);
  expect(checkPicture(a.data, 'fingerprint').format).toBe('PNG');
  expect(Buffer.compare(a.data, b.data)).not.toBe(0);
  // The band: a row of black with white letters in it, at each of three heights.
  const grey = drawPattern(new Uint8Array([1, 2, 3, 4]));
  for (const part of [0.2, 0.5, 0.8]) {
    const row = [...grey.subarray(Math.floor(360 * part) * 256, Math.floor(360 * part) * 256 + 256)];
    expect(row.filter((v) => v !== 0 && v !== 255)).toEqual([]);
    expect(row.filter((v) => v === 255).length).toBeGreaterThan(30);
  }
});

it('takes PNG, JPG and BMP of a sensible size for a finger, and no BMP for a photo', () => {
  const code = (data: Uint8Array, kind: 'fingerprint' | 'photo'): string => {
    try {
      return checkPicture(data, kind).format;
    } catch (e) {
      return (e as { code: string }).code;
    }
  };
  expect(code(fixture('scan.jpg'), 'fingerprint')).toBe('JPG');
  expect(code(fixture('card.svg'), 'fingerprint')).toBe('CONSENT_PICTURE');
  expect(code(fixture('noise.gif'), 'photo')).toBe('CONSENT_PICTURE');
  expect(code(fixture('small-24.bmp'), 'photo')).toBe('CONSENT_PICTURE');
  expect(code(fixture('scan.jpg').subarray(0, 200), 'fingerprint')).toBe('CONSENT_PICTURE');
  expect(code(new Uint8Array(), 'photo')).toBe('CONSENT_PICTURE');
  expect(code(new Uint8Array(PICTURE_BYTES + 1), 'photo')).toBe('CONSENT_PICTURE');
});
