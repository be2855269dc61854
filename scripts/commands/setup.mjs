import { say } from '../setup/say.mjs';
import { prepareDesk } from './prepare.mjs';
import { prepareTests } from './test.mjs';

export async function run() {
  const shell = await prepareDesk({ download: true });
  await prepareTests();
  say(`Ready. The desk runs on ${shell === 'real' ? 'Electron' : 'the stand-in'}: npm start`);
  return 0;
}
