/** The calls about seals and about files to be judged, one handler each. */
import { YqError } from '#core/errors/index.ts';
import type { Handlers } from '../ipc.ts';
import type { DocumentStore } from './documents.ts';
import type { Drawings } from './seals/drawings.ts';
import type { SealMaker } from './seals/maker.ts';
import type { SealList } from './seals/seal-list.ts';
import { resolveIn } from './sign-layout.ts';
import type { VerifyFiles } from './verify-files.ts';
import type { FolderJobs } from './verify-folder.ts';

type CallsOf<Area extends string> = Pick<Handlers, Extract<keyof Handlers, `${Area}:${string}`>>;

interface SealRooms {
  readonly seals: SealList;
  readonly drawings: Drawings;
  readonly maker: SealMaker;
}

export const sealCalls = ({ seals, drawings, maker }: SealRooms): CallsOf<'seals'> => ({
  'seals:list': async () => {
    await seals.refresh();
    return seals.list();
  },
  'seals:import': () => seals.import(),
  'seals:remove': ({ sealId }) => seals.remove(sealId),
  'seals:draw': (drawing) => drawings.draw(drawing),
  'seals:choosePicture': () => drawings.choose(),
  'seals:make': (input) => maker.make(input),
  'seals:chooseHolders': () => maker.chooseHolders(),
});

interface FileRooms {
  readonly documents: DocumentStore;
  readonly verify: VerifyFiles;
  readonly folderJobs: FolderJobs;
}

export const fileCalls = ({
  documents,
  verify,
  folderJobs,
}: FileRooms): CallsOf<'verify' | 'placement'> & Pick<Handlers, 'documents:saveAs'> => ({
  'documents:saveAs': ({ handle }) => verify.saveAs(handle),
  'placement:resolve': ({ handle, rule, widthMm, heightMm }) => {
    const held = documents.find(handle);
    if (!held) throw new YqError('DOCUMENT_CLOSED');
    return resolveIn(held, rule, { widthMm, heightMm });
  },
  'verify:choose': () => verify.choose(),
  'verify:paths': ({ paths }) => verify.paths(paths),
  'verify:exportReport': (input) => verify.exportReport(input),
  'verify:unlock': ({ handle, password }) => verify.unlock(handle, password),
  'verify:revision': ({ handle, revision }) => verify.revision(handle, revision),
  'verify:folder': ({ path }) => folderJobs.start(path),
  'verify:folderCancel': ({ jobId }) => {
    folderJobs.cancel(jobId);
    return undefined;
  },
  'verify:folderOpen': ({ jobId, name }) => verify.judge(folderJobs.path(jobId, name)),
  'verify:folderExport': (input) => folderJobs.export(input),
});
