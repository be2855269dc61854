/** Works a placement rule out in the document that is going to be signed, before anybody types a PIN. */
import {
  fileSource,
  pictureInfo,
  readPdf,
  resolvePlacement,
  type ResolvedPlacement,
  type SignatureFieldRequest,
} from '#core/pdf/index.ts';
import { inputError } from '#core/signing/index.ts';
import { UsageError } from './arguments.ts';
import type { PlacementChoice, SizeMm } from './placement.ts';

/** A name and a day in letters. */
const LETTERS: SizeMm = { widthMm: 40, heightMm: 15 };

export interface PlaceOrder {
  readonly document: string;
  readonly password: string | undefined;
  readonly choice: PlacementChoice;
  /** Bytes of the picture, when there is one. */
  readonly image: Uint8Array | undefined;
  /** Of a seal, which says its own size. */
  readonly sealSize?: SizeMm | undefined;
}

/** @throws UsageError when nobody says how large the picture is; PDF_* as resolvePlacement */
export async function placeIn({ document, password, choice, image, sealSize }: PlaceOrder): Promise<ResolvedPlacement> {
  const { rule } = choice;
  if (rule.kind === 'riding' && image === undefined && sealSize === undefined)
    throw new UsageError('骑缝章要有图片或印章。', 'A riding seal needs a picture or a seal.', 'sign');
  const size = choice.size ?? sealSize ?? (image === undefined ? LETTERS : sizeOf(image, rule.kind === 'field'));
  const source = await fileSource(document).catch((e: unknown) => Promise.reject(inputError(e, document)));
  try {
    return await resolvePlacement(await readPdf(source, { password }), rule, size);
  } finally {
    await source.close();
  }
}

/** A field has its own size, so that the picture's does not matter. */
function sizeOf(image: Uint8Array, irrelevant: boolean): SizeMm {
  const { widthMm, heightMm } = pictureInfo(image);
  if (widthMm !== undefined && heightMm !== undefined) return { widthMm, heightMm };
  if (irrelevant) return LETTERS;
  throw new UsageError(
    '图片没有写明尺寸，请用 --size W,H（毫米）给出。',
    'The picture does not say its size; give it with --size W,H in mm.',
    'sign',
  );
}

/** As a signing request takes it. A name given for the field counts where the rule names none. */
export function placedRequest(
  { widget, fieldName, copies }: ResolvedPlacement,
  name: string | undefined,
): Pick<SignatureFieldRequest, 'placement' | 'part' | 'copies' | 'fieldName'> {
  const field = fieldName ?? name;
  return {
    ...(field === undefined ? {} : { fieldName: field }),
    ...(widget === undefined ? {} : { placement: widget.place }),
    ...(widget?.part === undefined ? {} : { part: widget.part }),
    ...(copies.length === 0 ? {} : { copies }),
  };
}
