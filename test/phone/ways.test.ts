/** No error leaves a person without words and without a way on. */
import { describe, expect, it } from 'vitest';
import { YqError, type ErrorCode } from '../../src/core/errors/index.ts';
import { cosignErrors } from '../../src/core/errors/catalog/cosign.ts';
import { phoneErrors } from '../../src/core/errors/catalog/phone.ts';
import { en } from '../../src/phone/i18n/en.ts';
import { zh } from '../../src/phone/i18n/zh.ts';
import { staysWithPin, waysOn, type Way } from '../../src/phone/ways.ts';

const codes = [...Object.keys(phoneErrors), ...Object.keys(cosignErrors)] as ErrorCode[];

describe.each(codes)('%s', (code) => {
  const error = new YqError(code, { params: { left: 3, seconds: 9, file: 'x' } });
  it('has a way on, and each way a button', () => {
    const ways = waysOn(error);
    expect(ways.length).toBeGreaterThan(0);
    for (const way of ways.filter((w) => w !== 'pin')) {
      expect(zh.ways[way as Exclude<Way, 'pin'>]).toBeTruthy();
      expect(en.ways[way as Exclude<Way, 'pin'>]).toBeTruthy();
    }
  });
  it('says in both languages what happened and what to do, with every place filled', () => {
    for (const language of ['zh', 'en'] as const) {
      const { what, next } = error.text(language);
      expect(what).not.toBe('');
      expect(next).not.toBe('');
      expect(what + next).not.toMatch(/[{}]/);
    }
  });
});

it('the PIN is asked for again on the spot where that helps, and nowhere else', () => {
  const again = [...codes, 'TOKEN_PIN_LENGTH' as const].filter((code) => staysWithPin(new YqError(code)));
  expect(again).toEqual(['COSIGN_PIN', 'COSIGN_EPOCH', 'COSIGN_SESSION', 'COSIGN_TOO_MANY', 'TOKEN_PIN_LENGTH']);
});

it('an error of another family leads home', () => expect(waysOn(new YqError('INTERNAL'))).toEqual(['home']));
