/**
 * Loaded before a program (`node --import`): its file calls, store writes and requests get points. `CHAOS_FOLDER` is what its processes share,
 * `CHAOS_ROOT` the folder whose files count. A program without that folder runs as it is.
 */
import { watchFiles } from './files.ts';
import { watchNetwork } from './network.ts';
import { watchStores } from './stores.ts';

const root = process.env['CHAOS_ROOT'];
if (root !== undefined) {
  await watchFiles(root);
  watchStores();
  watchNetwork();
}
