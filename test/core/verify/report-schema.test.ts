/** The documented schema against reports of every sort, and the codes against the page that lists them. */
import { readFileSync } from 'node:fs';
import Ajv2020, { type ValidateFunction } from 'ajv/dist/2020.js';
import { beforeAll, describe, expect, it } from 'vitest';
import { bytesSource } from '#core/pdf/index.ts';
import { reportJson } from '#core/report/index.ts';
import { verifyPdf, type VerifyReport } from '#core/verify/index.ts';
import schema from '../../../src/core/verify/report.schema.json' with { type: 'json' };
import { CHANGES } from '../../../src/core/verify/change-codes.ts';
import { FINDINGS } from '../../../src/core/verify/findings.ts';
import { attacks, Lab } from './attacks/corpus/index.ts';
import { judge, makeSample } from './attacks/forge.ts';
import { filledIn } from './rules/filled.ts';

let lab: Lab;
let validate: ValidateFunction;
beforeAll(async () => {
  lab = await Lab.open();
  validate = new Ajv2020({ allErrors: true, formats: { 'date-time': isDateTime } }).compile(schema);
});

const isDateTime = (text: string): boolean =>
  /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/.test(text) && !Number.isNaN(Date.parse(text));

function follows(report: VerifyReport): void {
  const written: unknown = JSON.parse(reportJson(report));
  expect(validate(written), JSON.stringify(validate.errors)).toBe(true);
}

describe('the schema describes', () => {
  it('a plain, a stamped and a certified file', async () => {
    follows(await judge(await lab.signed(), lab.trust));
    const stamped = await lab.stamped();
    follows(await judge(stamped.bytes, stamped.trust));
    follows(await judge(await filledIn(await lab.certify(2), { value: '7 mg' }), lab.trust));
    const twice = await makeSample({ kind: 'sm2', signatures: 2, xref: 'stream', visible: true });
    follows(await judge(twice.bytes, twice.trust));
  });

  it('what is no PDF', async () => {
    const report = await verifyPdf(bytesSource(new Uint8Array(20)), { name: 'x.pdf', trust: lab.trust });
    follows(report);
    expect(report.findings.map((f) => f.code)).toEqual(['PDF_NOT_PDF']);
  });

  it('every attack of the corpus', async () => {
    for (const attack of attacks) {
      const report = await judge(await attack.make(lab), attack.trust?.(lab) ?? lab.trust);
      follows(report);
    }
  }, 60_000);
});

it('refuses what is no report', async () => {
  const report = JSON.parse(reportJson(await judge(await lab.signed(), lab.trust))) as Record<string, unknown>;
  for (const wrong of [{ verdict: 'VALID' }, { judgedAt: 'today' }, { more: 1 }, { signatures: [{}] }]) {
    expect(validate({ ...report, ...wrong })).toBe(false);
  }
  expect(validate({ ...report, verdict: undefined })).toBe(false);
});

it('the page lists every code of findings and changes, with its verdict', () => {
  const page = readFileSync(new URL('../../../docs/verify-report.md', import.meta.url), 'utf8');
  for (const [code, { verdict }] of Object.entries(FINDINGS))
    expect(page).toMatch(new RegExp(`\`${code}\`.*${verdict}`));
  for (const [code, { need }] of Object.entries(CHANGES)) expect(page).toMatch(new RegExp(`\`${code}\`.*${need}`));
});
