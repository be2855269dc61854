/**
 * The canonical form of a list and its digest (docs/formats.md): what the person approves with one PIN. It names every record by the
 * digest of its document and says how it will be signed, so that nothing of that can change between the list and the key.
 */
import { sm3, toHex } from '#core/crypto/index.ts';
import type { BatchItem } from '#shared/batch.ts';

/** First line, so that the digest is that of nothing else. */
const MARK = 'YIQIAN-APPROVED-LIST-1';

/** What is asked for of one record, with the record type's rule where the item itself named none. */
export type AskedItem = Omit<BatchItem, 'handle'>;

export interface ListedItem extends AskedItem {
  /** Hex SM3 of the document. */
  readonly sm3: string;
  readonly size: number;
  readonly reviewed: boolean;
}

export interface ListToApprove {
  /** Random, so that no approval fits two lists. */
  readonly listId: string;
  readonly personId: string;
  /** Serial of the signing certificate, hex. */
  readonly certificate: string;
  readonly items: readonly ListedItem[];
}

type Json = string | number | boolean | null | readonly Json[] | { readonly [name: string]: Json | undefined };

/** RFC 8785 for what stands here: names sorted, absent values left out, ECMAScript's numbers and escapes. */
function canonical(value: Json | undefined): string {
  if (value === null || value === undefined || typeof value !== 'object') return JSON.stringify(value ?? null);
  if (Array.isArray(value)) return `[${(value as readonly Json[]).map(canonical).join(',')}]`;
  const object = value as Readonly<Record<string, Json | undefined>>;
  const members = Object.keys(object)
    .filter((name) => object[name] !== undefined)
    .sort()
    .map((name) => `${JSON.stringify(name)}:${canonical(object[name])}`);
  return `{${members.join(',')}}`;
}

/** UTF-8 text, one line each: mark, list, person, certificate, count and bytes, then the records in their order. */
export function canonicalList({ listId, personId, certificate, items }: ListToApprove): string {
  const bytes = items.reduce((sum, i) => sum + i.size, 0);
  const head = { listId, personId, certificate, count: items.length, bytes };
  const lines = items.map(
    ({ recordId, version, sm3: digest, size, reviewed, placement, layout, sealId, dropActive, reason }) =>
      canonical({
        recordId,
        version,
        sm3: digest.toUpperCase(),
        size,
        reviewed,
        placement: placement as Json,
        layout: layout as Json,
        sealId,
        dropActive,
        reason,
      }),
  );
  return [MARK, canonical(head), ...lines, ''].join('\n');
}

/** Hex. */
export const digestOfList = (list: ListToApprove): string => toHex(sm3(new TextEncoder().encode(canonicalList(list))));
