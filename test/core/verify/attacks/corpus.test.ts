/** The attack corpus, one test per file: none may pass, and each must be refused for the right reason. `npm run attacks` writes the files. */
import { beforeAll, describe, expect, it } from 'vitest';
import { attacks, honestSeal, Lab, sealTrust } from './corpus/index.ts';
import { judge, reasons } from './forge.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});

describe('the files that the forgers start from', () => {
  it.each([
    ['signed', () => lab.signed()],
    ['signed twice', () => lab.signedTwice()],
    ['a signed form', () => lab.signedForm()],
    ['certified, nothing may change', () => lab.certify(1)],
    ['certified, values may change', () => lab.certify(2)],
    ['certified, annotations may be added', () => lab.certify(3)],
  ])('%s: passes', async (_, make) => {
    const report = await judge(await make(), lab.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.verdict).toBe('PASSED');
  });
});

it.each(['attribute', 'contents'] as const)('an honest seal passes (%s)', async (carrier) => {
  const bytes = await honestSeal(lab, carrier);
  const report = await judge(bytes, sealTrust(lab));
  expect(reasons(report)).toEqual([]);
  expect(report.signatures[0]?.seal?.verdict).toBe('PASSED');
  expect(report.verdict).toBe('PASSED');
});

it('holds each attack once, 60 at the least', () => {
  expect(new Set(attacks.map((a) => a.id)).size).toBe(attacks.length);
  expect(attacks.length).toBeGreaterThanOrEqual(60);
});

describe('never passes', () => {
  it.each(attacks.map((attack) => [attack.id, attack.story, attack] as const))('%s: %s', async (_, __, attack) => {
    const report = await judge(await attack.make(lab), attack.trust?.(lab) ?? lab.trust);
    expect(report.verdict).toBe(attack.verdict);
    expect(reasons(report).filter((code) => attack.codes.includes(code))).not.toEqual([]);
  });
});
