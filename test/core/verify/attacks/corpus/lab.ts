/** What the forgers start from: honest files of one hospital, and an insider with a certificate of his own. Made once, in memory. */
import type { Signer, TrustMaterial } from '#core/pki/index.ts';
import { makePki, type Pki } from '../../../signing/material.ts';
import { at, craftedRecord, doctorSigns, insiderSigns, stream, textAt } from '../crafted.ts';
import { makeSample, open, type Sample } from '../forge.ts';

/** Numbers of the objects that `formRecord` adds to a crafted record. */
export const formAt = { field: 20, appearance: 21 } as const;
/** The doctor's appearance on page 1, in points: 40 × 15 mm at (20, 200) mm. */
export const DOCTOR_RECT = '57 232 170 275';

const PAGE = `/Type /Page /Parent ${at.tree} 0 R /Contents ${at.content} 0 R /Resources << /Font << /F1 ${at.font} 0 R >> >>`;

/** A record with a text field `dose` that shows 5 mg. */
export const formRecord = (): Uint8Array =>
  craftedRecord({
    [at.form]: `<< /Fields [${formAt.field} 0 R] /DR << /Font << /F1 ${at.font} 0 R >> >> /DA (/F1 12 Tf 0 g) >>`,
    [at.page]: `<< ${PAGE} /Annots [${formAt.field} 0 R] >>`,
    [formAt.field]: `<< /Type /Annot /Subtype /Widget /FT /Tx /T (dose) /V (5 mg) /F 4 /P ${at.page} 0 R /Rect [60 640 160 660] /DA (/F1 12 Tf 0 g) /AP << /N ${formAt.appearance} 0 R >> >>`,
    [formAt.appearance]: stream(
      '/Tx BMC q BT /F1 12 Tf 2 5 Td (5 mg) Tj ET Q EMC',
      `/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 ${at.font} 0 R >> >> `,
    ),
  });

export class Lab {
  readonly pki: Pki;
  readonly doctor: Signer;
  readonly insider: Signer;
  /** A certificate authority that nobody trusts. */
  readonly strangers: Pki;
  readonly #made = new Map<string, Promise<Uint8Array>>();
  #stamped: Promise<Sample> | undefined;

  private constructor(pki: Pki, strangers: Pki, doctor: Signer, insider: Signer) {
    this.pki = pki;
    this.strangers = strangers;
    this.doctor = doctor;
    this.insider = insider;
  }

  static async open(): Promise<Lab> {
    const pki = await makePki('ec-p256', 'Hospital');
    const strangers = await makePki('ec-p256', 'Hospital');
    return new Lab(pki, strangers, await pki.issue('Doctor'), await pki.issue('Insider'));
  }

  get trust(): TrustMaterial {
    return this.pki.trust;
  }

  #once(name: string, make: () => Promise<Uint8Array>): Promise<Uint8Array> {
    const made = this.#made.get(name) ?? make();
    this.#made.set(name, made);
    return made;
  }

  /** A two-page record, signed visibly by the doctor on page 1. */
  signed(): Promise<Uint8Array> {
    return this.#once('signed', () => this.sign(craftedRecord()));
  }

  /** The same, with the insider's honest signature after it. */
  signedTwice(): Promise<Uint8Array> {
    return this.#once('twice', async () => insiderSigns(await this.signed(), { signer: this.insider }));
  }

  /** A record with a text field, signed by the doctor. */
  signedForm(): Promise<Uint8Array> {
    return this.#once('form', () => this.sign(formRecord()));
  }

  /** `record` signed by the doctor as the desk would, without the desk's refusals. */
  sign(record: Uint8Array): Promise<Uint8Array> {
    return doctorSigns(record, this.doctor, { placement: { page: 1, x: 20, y: 200, width: 40, height: 15 } });
  }

  /** `record` certified by the doctor with DocMDP permission `p`. */
  async certify(p: 1 | 2 | 3, record: Uint8Array = formRecord()): Promise<Uint8Array> {
    const value = (await open(record)).objectLimit;
    const { objectText } = await import('../forge.ts');
    const catalog = (await objectText(record, at.catalog)).replace(/>>\s*$/, `/Perms << /DocMDP ${value} 0 R >> >>`);
    return insiderSigns(record, {
      signer: this.doctor,
      name: 'certification',
      objects: { [at.catalog]: catalog },
      signature: `/Reference [<< /Type /SigRef /TransformMethod /DocMDP /TransformParams << /Type /TransformParams /P ${p} /V /1.2 >> >>]`,
    });
  }

  /** A record that pdf-lib made, signed with SM2 and stamped: structure as the desk writes it. */
  stamped(): Promise<Sample> {
    this.#stamped ??= makeSample({ kind: 'sm2', signatures: 1, xref: 'table', stamped: true, visible: true });
    return this.#stamped;
  }
}

/** The page's dictionary with an annotation list and further entries. */
export const pageWith = (annotations: string, entries = ''): string =>
  `<< ${PAGE} /Annots [${annotations}] ${entries} >>`;
export const honestText = textAt('5 mg');
