/** The small parts of the phone's page that need no browser. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { HttpClient } from '../../src/core/pki/types.ts';
import { nameOfDevice } from '../../src/phone/device/name.ts';
import { serviceClock } from '../../src/phone/net/service-clock.ts';
import { daysUntil, minutesOf } from '../../src/phone/parts/times.ts';
import { isWeakPin } from '../../src/phone/weak-pin.ts';
import { dark, light, type Palette } from '../../src/renderer/theme/tokens.ts';

describe('a PIN that everybody tries first', () => {
  it.each(['000000', '123456', '987654', 'abcdef', 'aaaaaaa', '11111111'])('%s', (pin) =>
    expect(isWeakPin(pin)).toBe(true),
  );
  it.each(['864209', '135790', '123457', 'abc123', '246810', ''])('not %s', (pin) =>
    expect(isWeakPin(pin)).toBe(false),
  );
});

describe('the name of a phone in the list of keys', () => {
  const chrome = 'AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36';
  it.each([
    [`Mozilla/5.0 (Linux; Android 15; K) ${chrome}`, 'Android · Chrome'],
    [`Mozilla/5.0 (Linux; Android 12; HarmonyOS) ${chrome} HuaweiBrowser/14.0`, 'HarmonyOS · Huawei Browser'],
    [`Mozilla/5.0 (Linux; Android 14) ${chrome} MicroMessenger/8.0`, 'Android · WeChat'],
    [
      'Mozilla/5.0 (iPhone; CPU iPhone OS 18_5 like Mac OS X) Version/18.5 Mobile/15E148 Safari/604.1',
      'iPhone · Safari',
    ],
    ['something else', 'Phone'],
  ])('%s', (agent, name) => expect(nameOfDevice(agent)).toBe(name));
});

describe('the service’s clock', () => {
  const health =
    (time: string, status = 200): HttpClient =>
    () =>
      Promise.resolve({ status, headers: {}, body: new TextEncoder().encode(JSON.stringify({ time })) });
  const local = Date.parse('2026-11-23T08:00:00Z');
  it('counts, however wrong the phone’s own is', async () => {
    const clock = serviceClock('https://s.example', health('2026-11-23T09:30:00.000Z'), () => local);
    expect(clock.now().toISOString()).toBe('2026-11-23T08:00:00.000Z');
    expect(await clock.ask()).toBe(true);
    expect(clock.now().toISOString()).toBe('2026-11-23T09:30:00.000Z');
  });
  it.each([
    ['no answer', () => Promise.reject(new Error('offline'))],
    ['a fault', health('2026-11-23T09:30:00Z', 503)],
    ['no time in it', health('soon')],
  ])('%s: the phone’s own goes on', async (_, http) => {
    const clock = serviceClock('https://s.example', http as HttpClient, () => local);
    expect(await clock.ask()).toBe(false);
    expect(clock.now().getTime()).toBe(local);
  });
});

it('times', () => {
  expect([0, 9, 60, 125].map(minutesOf)).toEqual(['0:00', '0:09', '1:00', '2:05']);
  const now = Date.parse('2026-11-23T08:00:00Z');
  expect(
    ['2026-11-24T08:00:00Z', '2026-11-24T07:59:59Z', '2026-11-23T07:00:00Z'].map((t) => daysUntil(t, now)),
  ).toEqual([1, 0, -1]);
});

describe('the colours are the desk’s', () => {
  const css = readFileSync(join(import.meta.dirname, '../../src/phone/theme/base.css'), 'utf8');
  const [day = '', night = ''] = css.split('@media (prefers-color-scheme: dark)');
  const names: Readonly<Record<string, keyof Palette>> = {
    paper: 'paper',
    sheet: 'sheet',
    ink: 'ink',
    'ink-2': 'ink2',
    'ink-3': 'ink3',
    line: 'line',
    jade: 'jade',
    'jade-2': 'jade2',
    'jade-3': 'jade3',
    'on-jade': 'onJade',
    rose: 'rose',
    'rose-2': 'rose2',
    amber: 'amber',
    'amber-2': 'amber2',
    rail: 'rail',
  };
  it.each(Object.entries(names))('--%s', (name, key) => {
    const value = (part: string) => new RegExp(`--${name}: (#[0-9a-f]{6});`).exec(part)?.[1]?.toUpperCase();
    expect([value(day), value(night)]).toEqual([light[key], dark[key]]);
  });
  it('the mark is the same stamp by day and by night', () => {
    expect(day).toContain(`--mark: ${light.cinnabar.toLowerCase()};`);
    expect(night).not.toContain('--mark: ');
  });
});
