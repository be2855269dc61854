/**
 * The reference backend with its demo data, as src/backend/main.ts serves it, only that its clock can be moved: a message `{ ahead: ms }` over
 * the process's channel is answered by the same. `node test/e2e/moved-backend.ts HOME PORT RECORDS PHONE_DIR`; RECORDS are put in beside the demo's.
 */
import { backendDir, createBackend, provisionDemo } from '../../src/backend/index.ts';
import { addRecords } from '../chaos/records.ts';

const [home = '', port = '0', records = '0', phoneDir = ''] = process.argv.slice(2);
const log = (line: string): void => void process.stderr.write(`${line}\n`);
let ahead = 0;

/** Names of two characters and more: what is left of them on a phone is not the whole. */
const SIGNS = [...'甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥'];
const patient = (n: number): string =>
  `试${SIGNS[n % SIGNS.length] ?? ''}${n < SIGNS.length ? '' : (SIGNS[Math.floor(n / SIGNS.length)] ?? '')}`;

await provisionDemo({ home, log });
if (Number(records) > 0) await addRecords(Number(records), patient)(home);
const backend = await createBackend({
  dataDir: backendDir(home),
  port: Number(port),
  phoneDir,
  log,
  clock: () => new Date(Date.now() + ahead),
});
process.on('message', (moved: { ahead: number }) => {
  ahead = moved.ahead;
  process.send?.(moved);
});
const end = (): void => void backend.close().then(() => process.exit(0));
process.on('SIGTERM', end);
process.on('disconnect', end);
process.send?.({ url: backend.url });
