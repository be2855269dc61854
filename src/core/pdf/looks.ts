/** The appearances of one signature: its picture as a whole, or cut into strips, the pixels written once however often it shows. */
import { addAppearance } from './appearance.ts';
import { placementOf, POINTS_PER_MM, rectangleOf, uprightMatrix } from './geometry.ts';
import type { Increment } from './increment.ts';
import { dict, name, type PdfObject, type PdfRef } from './objects.ts';
import { ascii, writeNumber } from './serialize.ts';
import type { PdfBox, PdfPage, PlacedPicture, PlacementMm, SignatureAppearance } from './types.ts';

type Part = NonNullable<PlacedPicture['part']>;

export class Looks {
  readonly #increment: Increment;
  readonly #appearance: SignatureAppearance;
  readonly #forms = new Map<string, PdfRef>();

  constructor(increment: Increment, appearance: SignatureAppearance = {}) {
    this.#increment = increment;
    this.#appearance = appearance;
  }

  /**
   * /Rect and /AP of an annotation, and /MK /R on a turned page for viewers that draw a field anew. Nothing to show means an empty
   * appearance, so that viewers invent none.
   * @param box in user space; a strip's, where `part` is given
   */
  entries(page: PdfPage, box: PdfBox, part?: Part): Record<string, PdfObject> {
    const shown = placementOf(page, box);
    const form = part === undefined ? this.#whole(shown, page.rotation) : this.#strip(shown, page.rotation, part);
    return {
      Rect: rectangle(box),
      AP: dict({ N: form }),
      ...(page.rotation === 0 ? {} : { MK: dict({ R: page.rotation }) }),
    };
  }

  /** Sizes that differ by less than a thousandth of a millimetre come from rounding and share one form. */
  #whole({ width, height }: Pick<PlacementMm, 'width' | 'height'>, rotation: PdfPage['rotation']): PdfRef {
    const key = `${width.toFixed(3)}×${height.toFixed(3)}/${rotation}`;
    let form = this.#forms.get(key);
    if (form === undefined) {
      form = addAppearance(this.#increment, this.#appearance, { widthMm: width, heightMm: height }, rotation);
      this.#forms.set(key, form);
    }
    return form;
  }

  /** A window onto the whole picture: the form's box clips what lies outside. */
  #strip({ width, height }: PlacementMm, rotation: PdfPage['rotation'], part: Part): PdfRef {
    const whole = { width: width / part.width, height: height / part.height };
    const form = this.#whole(whole, 0);
    const points = (mm: number): string => writeNumber(round(mm * POINTS_PER_MM));
    const left = part.x * whole.width;
    const bottom = (1 - part.y - part.height) * whole.height;
    return this.#increment.addStream(
      dict({
        Type: name('XObject'),
        Subtype: name('Form'),
        FormType: 1,
        BBox: [0, 0, round(width * POINTS_PER_MM), round(height * POINTS_PER_MM)],
        Matrix: uprightMatrix(rotation),
        Resources: dict({ XObject: dict({ Fm0: form }) }),
      }),
      ascii(`q 1 0 0 1 ${points(-left)} ${points(-bottom)} cm /Fm0 Do Q`),
    );
  }
}

export const rectangle = (box: PdfBox): number[] => [box.llx, box.lly, box.urx, box.ury].map(round);

export const boxAt = (page: PdfPage, place: PlacementMm): PdfBox => rectangleOf(page, place);

const round = (n: number): number => Math.round(n * 1000) / 1000;
