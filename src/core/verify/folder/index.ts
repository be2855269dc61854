/** Many files at once: the PDFs below a folder, judged by workers beside the caller. */
export { judgePool, threadChannel } from './judge-pool.ts';
export type { Judged, JudgeChannel, JudgeJob, JudgePool, JudgePoolOptions } from './judge-pool.ts';
export { faultFromWire, faultToWire, trustFromWire, trustToWire } from './messages.ts';
export type { Order, Reply, WireFault, WireTrust } from './messages.ts';
export { isUnreadable, verifyFolder } from './verify-folder.ts';
export type { FileOutcome, VerifyFolderOptions } from './verify-folder.ts';
export { listPdfFiles, type FolderFile, type WalkOptions } from './walk.ts';
