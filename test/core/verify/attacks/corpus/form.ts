/** Values in a form: where a dose stands. */
import { at, insiderSigns, into, stream } from '../crafted.ts';
import { family } from './attack.ts';
import { formAt } from './lab.ts';
import { append, objectText } from './tools.ts';

const shown = stream(
  '/Tx BMC q BT /F1 12 Tf 2 5 Td (50 mg) Tj ET Q EMC',
  `/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 ${at.font} 0 R >> >> `,
);

export const form = family('form', [
  {
    id: 'form-01-value',
    story: 'A field’s value is changed from 5 mg to 50 mg, with its appearance.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      const field = (await objectText(signed, formAt.field)).replace('(5 mg)', '(50 mg)');
      return append(signed, { objects: { [formAt.field]: field, [formAt.appearance]: shown } });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_FORM_VALUE'],
  },
  {
    id: 'form-02-value-under-a-signature',
    story: 'The same, in the revision in which an insider signs honestly.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      const field = (await objectText(signed, formAt.field)).replace('(5 mg)', '(50 mg)');
      return insiderSigns(signed, {
        signer: lab.insider,
        objects: { [formAt.field]: field, [formAt.appearance]: shown },
      });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_FORM_VALUE'],
  },
  {
    id: 'form-03-value-only',
    story: 'The value is changed and the picture left alone, so that programs read something else than people.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      const field = (await objectText(signed, formAt.field)).replace('(5 mg)', '(50 mg)');
      return append(signed, { objects: { [formAt.field]: field } });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_FORM_VALUE'],
  },
  {
    id: 'form-04-needs-appearances',
    story: 'The form asks readers to draw all values anew.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      return append(signed, {
        objects: { [at.form]: into(await objectText(signed, at.form), '/NeedAppearances true') },
      });
    },
    codes: ['CHANGED_FORM'],
  },
  {
    id: 'form-05-xfa',
    story: 'The form gets an XFA twin that shows other values.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      return append(signed, {
        objects: { [at.form]: into(await objectText(signed, at.form), '/XFA 50 0 R'), 50: stream('<xdp/>') },
      });
    },
    codes: ['CHANGED_FORM', 'ACTIVE_CONTENT'],
  },
  {
    id: 'form-06-calculation',
    story: 'A field gets a script that calculates its value.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      const field = into(
        await objectText(signed, formAt.field),
        '/AA << /C << /S /JavaScript /JS (event.value="50 mg") >> >>',
      );
      return append(signed, { objects: { [formAt.field]: field } });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_ACTION', 'CHANGED_ANNOTATION'],
  },
  {
    id: 'form-07-field-removed',
    story: 'The field is taken out of form and page.',
    make: async (lab) => {
      const signed = await lab.signedForm();
      return append(signed, {
        objects: {
          [at.form]: (await objectText(signed, at.form)).replace(`${formAt.field} 0 R`, ''),
          [at.page]: (await objectText(signed, at.page)).replace(`${formAt.field} 0 R`, ''),
        },
      });
    },
    codes: ['CHANGED_FIELD', 'CHANGED_ANNOTATION', 'CHANGED_FORM'],
  },
  {
    id: 'form-08-signature-removed',
    story: 'The doctor’s signature field is emptied, as if nobody had signed; an insider signs after it.',
    make: async (lab) => {
      const twice = await lab.signedTwice();
      const list = /\/Fields\s*\[([^\]]*)\]/.exec(await objectText(twice, at.form))?.[1] ?? '';
      const first = Number(/(\d+) 0 R/.exec(list)?.[1]);
      const field = (await objectText(twice, first)).replace(/\/V \d+ 0 R/, '');
      return append(twice, { objects: { [first]: field } });
    },
    codes: ['CHANGED_SIGNATURE', 'CHANGED_FIELD', 'REVISION_NOT_SIGNED', 'REMOVED_OBJECT', 'CHANGED_ANNOTATION'],
  },
]);
