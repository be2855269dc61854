/** Many files at once: the PDFs below a folder, judged by workers beside the caller. */
export { folderRowsCsv } from './csv.ts';
export { judgePool, threadChannel } from './judge-pool.ts';
export type { Judged, JudgeChannel, JudgeJob, JudgePool, JudgePoolOptions } from './judge-pool.ts';
export type { Order, Reply } from './messages.ts';
export { folderRow, isUnreadable, verifyFolder } from './verify-folder.ts';
export type { FileOutcome, FolderRow, VerifyFolderOptions } from './verify-folder.ts';
export { listPdfFiles, type FolderFile, type WalkOptions } from './walk.ts';
