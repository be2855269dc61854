/**
 * Incremental saving: after the signature something is appended that changes what is shown. The four variants of pdf-insecurity.org
 * (whole update; without cross-reference table; without trailer; with a copy of the signature), and what editors leave behind.
 */
import { at, insiderSigns, stream, textAt, update } from '../crafted.ts';
import { append, fromLatin1, joined, latin1, objectText } from './tools.ts';
import { family } from './attack.ts';

const forged = stream(textAt('50 mg'));

export const incrementalSaving = family('incremental-saving', [
  {
    id: 'isa-01-whole-update',
    story: 'A proper incremental update replaces the content of page 1.',
    make: async (lab) => append(await lab.signed(), { objects: { [at.content]: forged } }),
    codes: ['CHANGED_PAGE_CONTENT'],
  },
  {
    id: 'isa-02-body-without-xref',
    story:
      'The new content is appended without cross-reference table and trailer, for readers that repair by scanning.',
    make: async (lab) => joined(await lab.signed(), fromLatin1(`\n${at.content} 0 obj\n${forged}\nendobj\n`)),
    codes: ['UNSIGNED_BYTES_AT_END'],
  },
  {
    id: 'isa-03-body-and-startxref',
    story: 'The new content is appended with the old startxref and a new %%EOF, but without a table of its own.',
    make: async (lab) => {
      const signed = await lab.signed();
      const startxref = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(latin1(signed))?.[1] ?? '0';
      return joined(signed, fromLatin1(`\n${at.content} 0 obj\n${forged}\nendobj\nstartxref\n${startxref}\n%%EOF\n`));
    },
    codes: ['BYTE_RANGE_END', 'UNSIGNED_BYTES_AT_END', 'REVISION_NOT_SIGNED', 'CHANGED_AFTER_SIGNING'],
  },
  {
    id: 'isa-04-trailer-only',
    story: 'Content and a trailer are appended, but no cross-reference table.',
    make: async (lab) => {
      const signed = await lab.signed();
      return joined(
        signed,
        fromLatin1(
          `\n${at.content} 0 obj\n${forged}\nendobj\ntrailer\n<< /Size 40 /Root ${at.catalog} 0 R >>\nstartxref\n${signed.length + 1}\n%%EOF\n`,
        ),
      );
    },
    verdict: 'INDETERMINATE',
    codes: ['PDF_DAMAGED', 'UNSIGNED_BYTES_AT_END'],
  },
  {
    id: 'isa-05-copied-signature',
    story: 'The update brings a copy of the signature dictionary along, so that a reader finds it after the change.',
    make: async (lab) => {
      const signed = await lab.signed();
      const value = Number(/\/V (\d+) 0 R/.exec(latin1(signed))?.[1]);
      return append(signed, {
        objects: { [at.content]: forged, [value]: await objectText(signed, value) },
      });
    },
    codes: ['BYTE_RANGE_GAP', 'CHANGED_SIGNATURE', 'CHANGED_PAGE_CONTENT'],
  },
  {
    id: 'isa-06-behind-another-signature',
    story: 'An insider changes page 1 in the same revision in which he signs honestly.',
    make: async (lab) => insiderSigns(await lab.signed(), { signer: lab.insider, objects: { [at.content]: forged } }),
    codes: ['CHANGED_PAGE_CONTENT'],
  },
  {
    id: 'isa-07-between-two-signatures',
    story: 'The content is changed after the first signature, and a second one is laid over it.',
    make: async (lab) =>
      insiderSigns(await update(await lab.signed(), { objects: { [at.content]: forged } }), { signer: lab.insider }),
    codes: ['CHANGED_PAGE_CONTENT', 'REVISION_NOT_SIGNED'],
  },
  {
    id: 'isa-08-old-state-restored',
    story: 'After two signatures the file is cut back to the first and changed content is appended.',
    make: async (lab) => {
      const signed = await lab.signed();
      const twice = await lab.signedTwice();
      return append(twice.slice(0, signed.length), { objects: { [at.secondContent]: stream(textAt('once a week')) } });
    },
    codes: ['CHANGED_PAGE_CONTENT'],
  },
  {
    id: 'isa-09-information-changed',
    story: 'Title and author are replaced after signing.',
    make: async (lab) =>
      append(await lab.signed(), { info: '/Info 40 0 R ', objects: { 40: '<< /Title (Another patient) >>' } }),
    codes: ['CHANGED_INFO'],
  },
  {
    id: 'isa-10-update-of-nothing',
    story: 'An update that changes nothing is appended; nobody signed it.',
    make: async (lab) => append(await lab.signed(), { objects: {}, free: [40] }),
    codes: ['REVISION_NOT_SIGNED'],
  },
]);
