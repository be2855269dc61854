/** The text of a key file, which a PC keeps in a folder and a phone in its browser. */
import { afterAll, beforeAll, expect, it } from 'vitest';
import { keyFileText, parseKeyFile, type CosignKeyFile } from '#core/token/cosign/device/index.ts';
import { KeyFolder } from '#core/token/index.ts';
import { openRig, type Rig } from './rig.ts';

let rig: Rig;
let file: CosignKeyFile;
beforeAll(async () => {
  rig = await openRig();
  const { keyId } = await rig.enrolled();
  file = await new KeyFolder(rig.keyFolder).read(keyId);
});
afterAll(() => rig.close());

it('is read back as it was written', () => {
  expect(file.place).toBe('pc');
  for (const place of ['pc', 'phone'] as const) {
    expect(parseKeyFile(keyFileText({ ...file, place }), file.keyId)).toEqual({ ...file, place });
  }
});

it('of a version that knew no phones is a PC’s', () => {
  const { place: _, ...old } = JSON.parse(keyFileText(file));
  expect(parseKeyFile(JSON.stringify(old), file.keyId)).toEqual(file);
});

it('is refused when it is another key’s, cut off, or not base64 where bytes belong', () => {
  const text = keyFileText(file);
  const bent = JSON.stringify({ ...JSON.parse(text), publicKey: 'AB=C' });
  for (const wrong of [text.replaceAll(file.keyId, 'x'.repeat(22)), text.slice(0, -9), bent, '{}', '']) {
    expect(() => parseKeyFile(wrong, file.keyId)).toThrow();
  }
});
