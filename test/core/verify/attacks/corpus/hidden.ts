/** Objects that one reader sees and another does not: outside the table, in a hybrid's second table, beyond /Size, planted beforehand. */
import { at, craftedRecord, insiderSigns, stream, textAt, update } from '../crafted.ts';
import { family } from './attack.ts';
import { append, fromLatin1, joined, latin1, objectText, open } from './tools.ts';

const forged = stream(textAt('50 mg'));

export const hiddenObjects = family('hidden-object', [
  {
    id: 'hidden-01-outside-the-table',
    story: 'An object is appended that no table lists, for readers that scan the file.',
    make: async (lab) => {
      const signed = await lab.signed();
      const text = latin1(signed);
      const startxref = /startxref\s+(\d+)\s+%%EOF\s*$/.exec(text)?.[1] ?? '0';
      return joined(signed, fromLatin1(`${at.content} 0 obj\n${forged}\nendobj\nstartxref\n${startxref}\n%%EOF\n`));
    },
    codes: ['BYTE_RANGE_END', 'UNSIGNED_BYTES_AT_END', 'REVISION_NOT_SIGNED', 'CHANGED_AFTER_SIGNING'],
  },
  {
    id: 'hidden-02-hybrid-xref',
    story: 'A hybrid update: its table changes nothing, its /XRefStm lists another content.',
    make: async (lab) => {
      const signed = await lab.signed();
      const file = await open(signed);
      const objectAt = signed.length + 1;
      const object = `${at.content} 0 obj\n${forged}\nendobj\n`;
      const streamAt = objectAt + object.length;
      const entry = String.fromCharCode(1, (objectAt >> 16) & 255, (objectAt >> 8) & 255, objectAt & 255, 0);
      const xref = `90 0 obj\n<< /Type /XRef /Size 91 /W [1 3 1] /Index [${at.content} 1] /Root ${at.catalog} 0 R /Length 5 >>\nstream\n${entry}\nendstream\nendobj\n`;
      const tableAt = streamAt + xref.length;
      const previous = file.revisions.at(-1)?.startXref ?? 0;
      return joined(
        signed,
        fromLatin1(
          `\n${object}${xref}xref\n0 1\n0000000000 65535 f \ntrailer\n<< /Size 91 /Root ${at.catalog} 0 R /Prev ${previous} /XRefStm ${streamAt} >>\nstartxref\n${tableAt}\n%%EOF\n`,
        ),
      );
    },
    codes: ['CHANGED_PAGE_CONTENT', 'REVISION_NOT_SIGNED', 'PDF_DAMAGED'],
  },
  {
    id: 'hidden-03-beyond-size',
    story: 'An update makes /Size smaller, so that strict readers lose the page’s content.',
    make: async (lab) => update(await lab.signed(), { objects: { 40: '<< >>' }, size: at.content }),
    codes: ['CHANGED_TRAILER', 'ADDED_OBJECT', 'REVISION_NOT_SIGNED', 'PDF_DAMAGED'],
  },
  {
    id: 'hidden-04-other-generation',
    story: 'The page’s content comes back under another generation, so that references to it lead nowhere.',
    make: async (lab) =>
      update(await lab.signed(), { objects: { [at.content]: forged }, generations: { [at.content]: 1 } }),
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT', 'REMOVED_OBJECT', 'PLANTED_OBJECT', 'PDF_DAMAGED'],
  },
  {
    id: 'hidden-05-planted-reference',
    story: 'The page pointed to an object that did not exist; it is filled in after signing.',
    make: async (lab) => {
      const record = craftedRecord({
        [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents [${at.content} 0 R 44 0 R] /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [] >>`,
      });
      return append(await lab.sign(record), { objects: { 44: stream(textAt('50 mg', 660)) } });
    },
    codes: ['PLANTED_OBJECT'],
  },
  {
    id: 'hidden-06-planted-as-plumbing',
    story: 'The same, and the filled-in drawing calls itself an object stream of the file.',
    make: async (lab) => {
      const record = craftedRecord({
        [at.page]: `<< /Type /Page /Parent ${at.tree} 0 R /Contents [${at.content} 0 R 44 0 R] /Resources << /Font << /F1 ${at.font} 0 R >> >> /Annots [] >>`,
      });
      return append(await lab.sign(record), { objects: { 44: stream(textAt('50 mg', 660), '/Type /ObjStm ') } });
    },
    codes: ['PLANTED_OBJECT', 'PDF_DAMAGED'],
  },
  {
    id: 'hidden-07-reused-number',
    story: 'A later signer’s appearance takes the object number of the page’s content.',
    make: async (lab) => {
      const signed = await lab.signed();
      return insiderSigns(signed, {
        signer: lab.insider,
        pages: [at.second],
        widget: `/Rect [60 60 160 110] /AP << /N ${at.content} 0 R >>`,
        objects: { [at.content]: stream(textAt('50 mg'), '/Type /XObject /Subtype /Form /BBox [0 0 595 842] ') },
      });
    },
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT', 'CHANGED_SIGNATURE', 'CHANGED_FIELD'],
  },
  {
    id: 'hidden-08-security-store-claims-content',
    story:
      'A security store lists the page’s content as one of its certificates, and the content is changed under that cover.',
    make: async (lab) => {
      const signed = await lab.signed();
      const catalog = (await objectText(signed, at.catalog)).replace(
        />>\s*$/,
        `/DSS << /Certs [${at.content} 0 R] >> >>`,
      );
      return append(signed, { objects: { [at.catalog]: catalog, [at.content]: forged } });
    },
    codes: ['CHANGED_PAGE_CONTENT'],
  },
  {
    id: 'hidden-09-duplicate-key',
    story: 'A page gets a second /Contents key; readers differ on which one counts.',
    make: async (lab) => {
      const signed = await lab.signed();
      const page = (await objectText(signed, at.page)).replace(/>>\s*$/, '/Contents 45 0 R >>');
      return append(signed, { objects: { [at.page]: page, 45: forged } });
    },
    codes: ['CHANGED_PAGE_CONTENT', 'CHANGED_OBJECT', 'CHANGED_PAGE'],
  },
]);
