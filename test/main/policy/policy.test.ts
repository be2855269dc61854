import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { configure } from '../../../src/main/policy/configuration.ts';
import { policyFile, readPolicy } from '../../../src/main/policy/read.ts';

let folder: string;
let file: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'yq-policy-'));
  file = join(folder, 'policy.json');
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});
const written = (content: unknown) => {
  writeFileSync(file, typeof content === 'string' ? content : JSON.stringify(content));
  return readPolicy(file);
};

describe('three cases that are not one', () => {
  it('absent: no file, no folder', () => {
    expect(readPolicy(file)).toEqual({ state: 'absent', file, values: {} });
    expect(readPolicy(join(file, 'below', 'x.json')).state).toBe('absent');
  });
  it('unreadable: a folder, broken JSON, nothing in it, too large', () => {
    mkdirSync(join(folder, 'd'));
    expect(readPolicy(join(folder, 'd'))).toMatchObject({ state: 'unreadable', reason: 'EISDIR' });
    expect(written('{"backendUrl":')).toMatchObject({ state: 'unreadable', reason: 'not JSON' });
    expect(written('')).toMatchObject({ state: 'unreadable' });
    expect(written(`"${'x'.repeat(300_000)}"`)).toMatchObject({ state: 'unreadable' });
  });
  it.skipIf(process.getuid?.() === 0)('unreadable: no right to read', () => {
    written({});
    chmodSync(file, 0);
    expect(readPolicy(file)).toMatchObject({ state: 'unreadable', reason: 'EACCES' });
  });
  it('rejected: a wrong value or an unknown name, with the place; nothing of it is applied', () => {
    for (const [content, place] of [
      [{ backendUrl: 'ftp://x', language: 'en' }, 'backendUrl'],
      [{ backendUrll: 'http://x' }, 'backendUrll'],
      [{ phoneUrl: 'emr.example' }, 'phoneUrl'],
      [{ lockAfterMinutes: -1 }, 'lockAfterMinutes'],
      [{ drivers: [{ profile: 'x' }] }, 'drivers.0.path'],
      [{ theme: 'pink' }, 'theme'],
      [[], '(file)'],
      ['null', '(file)'],
    ] as const) {
      const policy = written(content);
      expect(policy, JSON.stringify(content)).toMatchObject({ state: 'rejected', values: {} });
      expect('reasons' in policy && policy.reasons.join(), JSON.stringify(content)).toContain(place);
    }
  });
  it('applied: also with a byte order mark, as Windows editors write it', () => {
    expect(written('\uFEFF{"backendUrl":"https://emr.example/"}')).toMatchObject({
      state: 'applied',
      values: { backendUrl: 'https://emr.example/' },
    });
  });
});

describe('what is in force', () => {
  const env = { YIQIAN_BACKEND_URL: 'http://env:1', YIQIAN_DRIVERS: '[{"profile":"a","path":"/a.so"}]' };
  const sources = (c: ReturnType<typeof configure>) => [c.backendUrl.source, c.drivers.source, c.tsaUrl.source];
  it('policy above environment above default, each with its source', () => {
    const none = configure({ policy: readPolicy(file), env: {}, trustDirectory: '/t' });
    expect(sources(none)).toEqual(['default', 'default', 'default']);
    expect(none.tsaUrl.value).toBe('http://127.0.0.1:8765/tsa');
    const fromEnv = configure({ policy: readPolicy(file), env, trustDirectory: '/t' });
    expect(sources(fromEnv)).toEqual(['environment', 'environment', 'default']);
    expect(fromEnv.tsaUrl.value).toBe('http://env:1/tsa');
    const managed = configure({
      policy: written({ backendUrl: 'https://emr.example/', tsaUrl: 'https://tsa.example/x', drivers: [] }),
      env,
      trustDirectory: '/t',
    });
    expect(sources(managed)).toEqual(['policy', 'policy', 'policy']);
    expect(managed.backendUrl.value).toBe('https://emr.example');
    expect(managed.drivers.value).toEqual([]);
  });
  it('time stamp services: several in their order above one, their rate, and whether time may come later', () => {
    const at = (policy: object, env: Record<string, string> = {}) => {
      const { tsaUrls, tsaUrl, tsaRate, timestampLater, batchWithoutReview } = configure({
        policy: written(policy),
        env: { YIQIAN_BACKEND_URL: 'http://b:1', ...env },
        trustDirectory: '/t',
      });
      return [tsaUrls, tsaUrl, tsaRate, timestampLater, batchWithoutReview].map(
        ({ value, source }) => `${JSON.stringify(value)} ${source}`,
      );
    };
    expect(at({})).toEqual([
      '["http://b:1/tsa"] default',
      '"http://b:1/tsa" default',
      'undefined default',
      'false default',
      'true default',
    ]);
    const urls = { tsaUrls: ['https://a/tsa', 'https://b/tsa'], tsaUrl: 'https://c/tsa' };
    expect(
      at({ ...urls, tsaRate: { count: 20, perSeconds: 1200 }, timestampLater: true, batchWithoutReview: false }),
    ).toEqual([
      '["https://a/tsa","https://b/tsa"] policy',
      '"https://a/tsa" policy',
      '{"count":20,"perSeconds":1200} policy',
      'true policy',
      'false policy',
    ]);
    const env = { YIQIAN_TSA_URLS: 'http://a:1/ http://b:2/', YIQIAN_TSA_RATE: '3/60', YIQIAN_TIMESTAMP_LATER: '1' };
    expect(at({}, env).slice(0, 4)).toEqual([
      '["http://a:1/","http://b:2/"] environment',
      '"http://a:1/" environment',
      '{"count":3,"perSeconds":60} environment',
      'true environment',
    ]);
    expect(at({ tsaUrl: 'https://c/tsa' }, env)[0]).toBe('["https://c/tsa"] policy');
    const nonsense = {
      YIQIAN_TSA_URLS: 'http://a:1/ file:///x',
      YIQIAN_TSA_RATE: 'often',
      YIQIAN_TIMESTAMP_LATER: '?',
    };
    expect(at({}, nonsense)).toEqual(at({}));
  });
  it('time-outs: policy above environment above default; what is no sensible number of seconds counts for nothing', () => {
    const at = (policy: object, env: Record<string, string>) => {
      const c = configure({ policy: written(policy), env, trustDirectory: '/t' });
      return [c.tsaTimeoutSeconds, c.tokenTimeoutSeconds].map(({ value, source }) => `${value} ${source}`);
    };
    expect(at({}, {})).toEqual(['10 default', '30 default']);
    const env = { YIQIAN_TSA_TIMEOUT: '3', YIQIAN_TOKEN_TIMEOUT: '45' };
    expect(at({}, env)).toEqual(['3 environment', '45 environment']);
    expect(at({ tsaTimeoutSeconds: 5 }, env)).toEqual(['5 policy', '45 environment']);
    for (const given of ['', '0', '-1', 'soon', '1e9', 'NaN']) {
      expect(at({}, { YIQIAN_TSA_TIMEOUT: given }), given).toEqual(['10 default', '30 default']);
    }
    expect(written({ tsaTimeoutSeconds: 0 }).state).toBe('rejected');
  });
  it('seals and levels: policy above environment above default; nothing but what is written down', () => {
    const at = (policy: object, env: Record<string, string>) => {
      const c = configure({ policy: written(policy), env, trustDirectory: '/t' });
      return [c.sealCarrier, c.signatureLevel, c.sealVersion].map(({ value, source }) => `${value} ${source}`);
    };
    expect(at({}, {})).toEqual(['attribute default', 'B-T default', '4 default']);
    const env = { YIQIAN_SEAL_CARRIER: 'contents', YIQIAN_SIGNATURE_LEVEL: 'B-LT', YIQIAN_SEAL_VERSION: '5' };
    expect(at({}, env)).toEqual(['contents environment', 'B-LT environment', '5 environment']);
    expect(at({ sealCarrier: 'attribute', signatureLevel: 'B-LTA', sealVersion: 4 }, env)).toEqual([
      'attribute policy',
      'B-LTA policy',
      '4 policy',
    ]);
    const odd = { YIQIAN_SEAL_CARRIER: 'both', YIQIAN_SIGNATURE_LEVEL: 'B-B', YIQIAN_SEAL_VERSION: '1' };
    expect(at({}, odd)).toEqual(['attribute default', 'B-T default', '4 default']);
    // A policy cannot ask for less than a time stamp.
    for (const bad of [{ signatureLevel: 'B-B' }, { sealVersion: '4' }, { sealCarrier: 'none' }]) {
      expect(written(bad).state, JSON.stringify(bad)).toBe('rejected');
    }
  });
  it('a rejected policy changes nothing', () => {
    const policy = written({ backendUrl: 'https://emr.example', oops: 1 });
    expect(configure({ policy, env, trustDirectory: '/t' }).backendUrl.value).toBe('http://env:1');
  });
  it('a driver list that cannot be understood is told of, not guessed at', () => {
    for (const YIQIAN_DRIVERS of ['', '{}', '[{"path":"/a.so"}]', '[{"profile":"a","path":"/a","x":1}]']) {
      const c = configure({ policy: readPolicy(file), env: { YIQIAN_DRIVERS }, trustDirectory: '/t' });
      expect(c.driversRejected, YIQIAN_DRIVERS).toContain('YIQIAN_DRIVERS');
      expect(c.drivers.source).toBe('default');
    }
  });
});

it('the file lies where users cannot write', () => {
  expect(policyFile('linux', {})).toBe('/etc/yiqian/policy.json');
  expect(policyFile('win32', { ProgramData: 'D:\\PD' })).toContain('PD');
});

it('phones reach the record service by its own address unless IT names another', () => {
  const of = (policy: ReturnType<typeof readPolicy>, env = {}) =>
    configure({ policy, env, trustDirectory: '/t' }).phoneUrl;
  const none = readPolicy(file);
  expect(of(none, { YIQIAN_BACKEND_URL: 'http://emr:1/' })).toEqual({ value: 'http://emr:1', source: 'default' });
  expect(of(none, { YIQIAN_PHONE_URL: 'https://sign.example/' })).toEqual({
    value: 'https://sign.example',
    source: 'environment',
  });
  expect(of(none, { YIQIAN_PHONE_URL: 'sign.example' }).source).toBe('default');
  expect(of(written({ phoneUrl: 'https://sign.example' }), { YIQIAN_PHONE_URL: 'https://other.example' })).toEqual({
    value: 'https://sign.example',
    source: 'policy',
  });
});
