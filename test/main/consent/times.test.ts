import { expect, it } from 'vitest';
import { YqError } from '../../../src/core/errors/index.ts';
import { createTimeServices } from '../../../src/main/batch/time/services.ts';
import { askThrough } from '../../../src/main/consent/times.ts';

const urls = ['https://one/tsa', 'https://two/tsa'];
const services = () => createTimeServices({ urls, rate: undefined, mayGoWithout: false });
const imprint = new Uint8Array(32);

it('the next service takes the place of one that fails; the last failure is told when none is left', async () => {
  const asked: string[] = [];
  const told: string[] = [];
  const down = new Set([urls[0]]);
  const one = (url: string) => {
    asked.push(url);
    return down.has(url) ? Promise.reject(new YqError('TSA_UNREACHABLE')) : Promise.resolve('stamp' as never);
  };
  const ask = askThrough(services(), (state) => told.push(state));
  expect(await ask(imprint, one, undefined)).toBe('stamp');
  expect(asked).toEqual(urls);
  expect(told).toEqual(['begun', 'done']);
  for (const url of urls) down.add(url);
  await expect(ask(imprint, one, undefined)).rejects.toMatchObject({ code: 'TSA_UNREACHABLE' });
});
