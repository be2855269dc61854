/** The audit chain: appended, written out, read again and judged. Nothing here knows where a chain is kept. */
export type * from './types.ts';
export { anchorImprint, judgeAnchor } from './anchor.ts';
export { appendTo, canonicalJson, hashOfEntry, seedOf } from './chain.ts';
export { anchorLine, AUDIT_FORMAT, chainLine, endLine, entryLine, readAnchor, readAudit, readEntry } from './lines.ts';
export { verifyChain, type VerifyChainOptions } from './verify.ts';
