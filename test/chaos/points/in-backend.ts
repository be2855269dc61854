/** Loaded before the reference backend (`node --import`): its file and store calls get the same points as the desk's. */
import { join } from 'node:path';
import { arm, keepRecord, pointsPassed, type Arming } from './death.ts';
import { watchFiles } from './files.ts';
import { watchStores } from './stores.ts';

keepRecord(process.env['CHAOS_RECORD']!);
await watchFiles(join(process.env['CHAOS_HOME']!, 'backend'));
watchStores();
process.on('message', (order: { readonly arm?: Arming; readonly id: number }) => {
  if (order.arm) arm(order.arm);
  process.send?.({ id: order.id, passed: pointsPassed() }, undefined, {}, () => undefined);
});
process.on('disconnect', () => process.exit(0));
// Listening keeps no process alive: the server does, and it ends as it would alone.
process.channel?.unref();
