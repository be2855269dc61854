/** Updates that fill in a form or annotate, as honest programs write them. */
import { at, stream, withAnnotation } from '../attacks/crafted.ts';
import { formAt } from '../attacks/corpus/lab.ts';
import { append, objectText, type Update } from '../attacks/forge.ts';

/** The appearance of a text field. */
export const drawn = (text: string, entries = ''): string =>
  stream(
    `/Tx BMC q BT /F1 12 Tf 2 5 Td (${text}) Tj ET Q EMC`,
    `/Type /XObject /Subtype /Form /BBox [0 0 100 20] /Resources << /Font << /F1 ${at.font} 0 R >> >> ${entries}`,
  );

/** The dose is set to `value` and shows as `shown`; undefined leaves value or appearance as they are. */
export async function filledIn(
  bytes: Uint8Array,
  { value, shown = value }: { readonly value?: string; readonly shown?: string | undefined },
  more: Update['objects'] = {},
): Promise<Uint8Array> {
  const field = await objectText(bytes, formAt.field);
  return append(bytes, {
    objects: {
      ...(value === undefined ? {} : { [formAt.field]: field.replace(/\/V\s*\([^)]*\)/, `/V (${value})`) }),
      ...(shown === undefined ? {} : { [formAt.appearance]: drawn(shown) }),
      ...more,
    },
  });
}

/** Number of an annotation that `annotated` adds. */
export const NOTE = 60;

/** An annotation on page 1. */
export async function annotated(
  bytes: Uint8Array,
  annotation: string,
  objects: Update['objects'] = {},
): Promise<Uint8Array> {
  return append(bytes, {
    objects: {
      [at.page]: await withAnnotation(bytes, at.page, NOTE),
      [NOTE]: `<< /Type /Annot /P ${at.page} 0 R ${annotation} >>`,
      ...objects,
    },
  });
}
