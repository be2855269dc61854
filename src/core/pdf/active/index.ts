/** Active content: what may change the look of a document without a byte of it changing. */
export { activeContentError, dropActiveContent, type DroppedContent } from './drop.ts';
export { inspectActiveContent } from './inspect.ts';
export type { ActiveCode, ActiveThing } from './kinds.ts';
