/** Filling in a form after signing: shown always, good only where a certification allows it and no lock forbids it. */
import { beforeAll, describe, expect, it } from 'vitest';
import { PdfString, textOf } from '#core/pdf/index.ts';
import type { SignatureReport, VerifyReport } from '#core/verify/index.ts';
import { at, craftedRecord, insiderSigns, into, stream } from '../attacks/crafted.ts';
import { formAt, formRecord, Lab } from '../attacks/corpus/lab.ts';
import { append, judge, objectText, open, reasons } from '../attacks/forge.ts';
import { drawn, filledIn } from './filled.ts';

let lab: Lab;
beforeAll(async () => {
  lab = await Lab.open();
});

const first = (report: VerifyReport): SignatureReport => {
  const [signature] = report.signatures;
  if (signature === undefined) throw new Error('no signature');
  return signature;
};

describe('a value changed after a certification that allows it (P2)', () => {
  it('passes, and the report shows field, old and new value, page and place', async () => {
    const certified = await lab.certify(2);
    const report = await judge(await filledIn(certified, { value: '7 mg' }), lab.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.verdict).toBe('PASSED');
    const [value, unsigned] = first(report).changesAfter;
    expect(value).toMatchObject({
      code: 'CHANGED_FORM_VALUE',
      kind: 'form-value',
      allowed: true,
      verdict: 'PASSED',
      field: 'dose',
      before: '5 mg',
      after: '7 mg',
      page: 1,
      revision: 3,
    });
    expect(value?.place).toMatchObject({ page: 1, x: expect.closeTo(21.17, 1), width: expect.closeTo(35.28, 1) });
    expect(value?.en).toContain('“5 mg” to “7 mg”');
    expect(unsigned).toMatchObject({ code: 'REVISION_NOT_SIGNED', allowed: true });
    expect(first(report).findings.map((f) => f.code)).toContain('CHANGED_AS_PERMITTED');
    expect(first(report).certification).toBe(2);
  });

  it('the page is listed with both states, each a document of its own', async () => {
    const bytes = await filledIn(await lab.certify(2), { value: '7 mg' });
    const { changedPages } = await judge(bytes, lab.trust);
    expect(changedPages).toMatchObject([
      { page: 1, before: { revision: 2 }, after: { revision: 3, end: bytes.length } },
    ]);
    expect(changedPages[0]?.places).toHaveLength(1);
    const before = await open(bytes.subarray(0, changedPages[0]?.before.end));
    const [dose] = await before.fields();
    expect(dose?.value instanceof PdfString ? textOf(dose.value) : '').toBe('5 mg');
    expect(before.revisions).toHaveLength(2);
  });

  it('also when signed by the next one in the same revision', async () => {
    const certified = await lab.certify(2);
    const field = (await objectText(certified, formAt.field)).replace('(5 mg)', '(7 mg)');
    const objects = { [formAt.field]: field, [formAt.appearance]: drawn('7 mg') };
    const report = await judge(await insiderSigns(certified, { signer: lab.insider, objects }), lab.trust);
    expect(reasons(report)).toEqual([]);
    expect(first(report).changesAfter.map((c) => c.code)).toEqual(['SIGNATURE_ADDED', 'CHANGED_FORM_VALUE']);
  });

  it('a second signature made before the value was changed is bound by the certification too', async () => {
    const twice = await insiderSigns(await lab.certify(2), { signer: lab.insider });
    const report = await judge(await filledIn(twice, { value: '7 mg' }), lab.trust);
    expect(report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'PASSED']);
  });

  it('drawn anew without a new value passes', async () => {
    const report = await judge(await filledIn(await lab.certify(2), { shown: '5  mg' }), lab.trust);
    expect(reasons(report)).toEqual([]);
    expect(first(report).changesAfter[0]?.code).toBe('FIELD_REDRAWN');
  });

  it('fonts added to the form for it pass', async () => {
    const certified = await lab.certify(2);
    const form = (await objectText(certified, at.form)).replace(
      `/Font<</F1 ${at.font} 0 R>>`,
      `/Font<</F1 ${at.font} 0 R/F9 40 0 R>>`,
    );
    const font = '<< /Type /Font /Subtype /Type1 /BaseFont /Courier >>';
    const report = await judge(await filledIn(certified, { value: '7 mg' }, { [at.form]: form, 40: font }), lab.trust);
    expect(form).toContain('F9');
    expect(reasons(report)).toEqual([]);
  });
});

describe('does not pass under P2', () => {
  it.each([
    ['an old value shown as another', { shown: '50 mg' }, 'FIELD_SHOWS_OTHER', 'FAILED'],
    ['a new value that the old picture hides', { value: '50 mg', shown: undefined }, 'FIELD_SHOWS_OTHER', 'FAILED'],
    ['a new value shown as another', { value: '7 mg', shown: '50 mg' }, 'FIELD_SHOWS_OTHER', 'INDETERMINATE'],
  ] as const)('%s', async (_, what, code, verdict) => {
    const certified = await lab.certify(2);
    const bytes =
      'shown' in what && what.shown === undefined
        ? await append(certified, {
            objects: { [formAt.field]: (await objectText(certified, formAt.field)).replace('(5 mg)', '(50 mg)') },
          })
        : await filledIn(certified, what);
    const report = await judge(bytes, lab.trust);
    expect(reasons(report)).toContain(code);
    expect(first(report).verdict).toBe(verdict);
  });

  it.each([
    [
      'a picture in the appearance',
      drawn('7 mg').replace('/F1', '/X /F1'),
      '/Resources << /XObject << /Im 41 0 R >> >>',
    ],
    ['transparency groups', drawn('7 mg', '/Group << /S /Transparency >> '), ''],
  ])('%s', async (_, appearance, resources) => {
    const certified = await lab.certify(2);
    const form = resources === '' ? appearance : stream('/Im Do', `/Subtype /Form /BBox [0 0 100 20] ${resources} `);
    const image = stream(
      '\xff',
      '/Type /XObject /Subtype /Image /Width 1 /Height 1 /ColorSpace /DeviceGray /BitsPerComponent 8 ',
    );
    const bytes = await filledIn(certified, { value: '7 mg' }, { [formAt.appearance]: form, 41: image });
    const report = await judge(bytes, lab.trust);
    expect(reasons(report)).toContain('CHANGED_FIELD');
    expect(report.verdict).toBe('FAILED');
  });

  it.each([
    ['the field moves', (field: string) => field.replace(/\/Rect\s*\[[^\]]*\]/, '/Rect [0 0 300 400]')],
    ['the field gets a script', (field: string) => into(field, '/AA << /K << /S /JavaScript /JS (x) >> >>')],
    ['the field is hidden', (field: string) => field.replace('/F 4', '/F 2')],
    [
      'the field becomes a button',
      (field: string) => field.replace('/FT/Tx', '/FT/Btn').replace('/FT /Tx', '/FT /Btn'),
    ],
    ['the field gets another name', (field: string) => field.replace('(dose)', '(date)')],
  ])('%s', async (_, edit) => {
    const certified = await lab.certify(2);
    const field = edit((await objectText(certified, formAt.field)).replace('(5 mg)', '(7 mg)'));
    const report = await judge(await append(certified, { objects: { [formAt.field]: field } }), lab.trust);
    expect(reasons(report)).toContain('CHANGED_FIELD');
    expect(report.verdict).toBe('FAILED');
  });
});

describe('a value changed where nobody allowed it', () => {
  it.each([
    ['under a plain signature', () => lab.signedForm(), []],
    ['under P1', () => lab.certify(1), ['CHANGED_AGAINST_DOCMDP']],
    [
      'under a certification that the catalog does not name',
      () =>
        insiderSigns(formRecord(), {
          signer: lab.doctor,
          signature: '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P 2 >> >>]',
        }),
      [],
    ],
    [
      'under a certification that came after a signature, for that signature',
      async () => {
        const signed = await lab.signedForm();
        return insiderSigns(signed, {
          signer: lab.insider,
          signature: '/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /P 2 >> >>]',
        });
      },
      [],
    ],
  ])('%s fails and shows old and new', async (_, make, more) => {
    const report = await judge(await filledIn(await make(), { value: '50 mg' }), lab.trust);
    expect(first(report).verdict).toBe('FAILED');
    expect(reasons(report)).toEqual(expect.arrayContaining(['CHANGED_FORM_VALUE', ...more]));
    expect(first(report).changesAfter.find((c) => c.code === 'CHANGED_FORM_VALUE')).toMatchObject({
      allowed: false,
      verdict: 'FAILED',
      before: '5 mg',
      after: '50 mg',
    });
  });
});

describe('FieldMDP', () => {
  const certifiedWith = async (lock: string): Promise<Uint8Array> => {
    const certified = await lab.certify(2);
    return insiderSigns(certified, {
      signer: lab.insider,
      signature: `/Reference [<< /Type /SigRef /TransformMethod /FieldMDP /TransformParams << /Type /TransformParams /V /1.2 ${lock} >> >>]`,
    });
  };

  it.each([
    ['locks all', '/Action /All'],
    ['locks the field', '/Action /Include /Fields [(dose)]'],
    ['locks all but another', '/Action /Exclude /Fields [(date)]'],
    ['says nothing known', '/Action /Some'],
  ])('that %s: the value must not change', async (_, lock) => {
    const report = await judge(await filledIn(await certifiedWith(lock), { value: '7 mg' }), lab.trust);
    expect(report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'FAILED']);
    const change = report.signatures[1]?.changesAfter.find((c) => c.code === 'CHANGED_LOCKED_FIELD');
    expect(change).toMatchObject({ field: 'dose', before: '5 mg', after: '7 mg', allowed: false });
  });

  it.each([
    ['another field', '/Action /Include /Fields [(date)]'],
    ['all but this one', '/Action /Exclude /Fields [(dose)]'],
  ])('that locks %s leaves the value free', async (_, lock) => {
    const report = await judge(await filledIn(await certifiedWith(lock), { value: '7 mg' }), lab.trust);
    expect(reasons(report)).toEqual([]);
  });

  it('a signature in a field that an earlier one locked fails the earlier one', async () => {
    const locked = await certifiedWith('/Action /Include /Fields [(chief)]');
    const report = await judge(await insiderSigns(locked, { signer: lab.insider, name: 'chief' }), lab.trust);
    expect(report.signatures.map((s) => s.verdict)).toEqual(['PASSED', 'FAILED', 'PASSED']);
    expect(reasons(report)).toContain('CHANGED_LOCKED_FIELD');
  });
});

describe('other fields than text', () => {
  const page = `<< /Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [20 0 R] >>`;
  const box = (state: string, value: string): string =>
    `<< /Type /Annot /Subtype /Widget /FT /Btn /T (fasting) /V /${value} /AS /${state} /F 4 /P ${at.page} 0 R /Rect [60 640 80 660] /AP << /N << /Yes 21 0 R /Off 22 0 R >> >> >>`;
  const state = (text: string): string => stream(text, '/Type /XObject /Subtype /Form /BBox [0 0 20 20] ');
  const record = (field: string): Uint8Array =>
    craftedRecord({
      [at.form]: '<< /Fields [20 0 R] >>',
      [at.page]: page,
      20: field,
      21: state('0 0 m 20 20 l S'),
      22: state(''),
    });

  it.each([
    ['ticked', box('Yes', 'Yes'), []],
    ['ticked for programs only', box('Off', 'Yes'), ['FIELD_SHOWS_OTHER']],
    ['ticked for people only', box('Yes', 'Off'), ['FIELD_SHOWS_OTHER']],
  ])('a check box is %s', async (_, field, expected) => {
    const certified = await lab.certify(2, record(box('Off', 'Off')));
    const report = await judge(await append(certified, { objects: { 20: field } }), lab.trust);
    if (expected.length === 0) expect(reasons(report)).toEqual([]);
    else expect(reasons(report)).toEqual(expect.arrayContaining(expected));
  });

  const choice = (value: string): string =>
    `<< /Type /Annot /Subtype /Widget /FT /Ch /Ff 131072 /T (route) /V (${value}) /Opt [[(po) (by mouth)] [(iv) (into a vein)]] /F 4 /P ${at.page} 0 R /Rect [60 640 160 660] /AP << /N 21 0 R >> >>`;
  it.each([
    ['by mouth', 'PASSED'],
    ['by the skin', 'INDETERMINATE'],
  ])('a choice shows its text for the value: %s', async (shown, verdict) => {
    const certified = await lab.certify(
      2,
      craftedRecord({
        ...{ [at.form]: '<< /Fields [20 0 R] >>', [at.page]: page },
        20: choice('iv'),
        21: drawn('into a vein'),
      }),
    );
    const report = await judge(await append(certified, { objects: { 20: choice('po'), 21: drawn(shown) } }), lab.trust);
    expect(report.verdict).toBe(verdict);
    expect(first(report).changesAfter[0]).toMatchObject({ field: 'route', before: 'iv', after: 'po' });
  });
});
