/** The audit chain: appended, written out, read again and judged. Nothing here knows where a chain is kept. */
export type * from './types.ts';
export { appendTo, canonicalJson, hashOfEntry, seedOf } from './chain.ts';
