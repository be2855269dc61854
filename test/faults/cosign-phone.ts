/**
 * A phone in a process of its own, to be killed: `node cosign-phone.ts FOLDER URL REQUEST STEP N SIDE`. It follows the code until the Nth request of
 * that step, says "here" before it is sent or after it is answered (SIDE), and does nothing any more.
 */
import type { HttpClient } from '#core/pki/types.ts';
import { http } from './cosign-processes.ts';
import { followCode } from './cosign-phones.ts';

const [folder = '', url = '', request = '', step = '', nth = '1', side = 'after'] = process.argv.slice(2);

/** A timer holds the process while it waits for its death. */
const stop = (): Promise<never> => {
  process.stdout.write('here\n');
  setInterval(() => undefined, 1_000);
  return new Promise(() => undefined);
};

let met = 0;
const over: HttpClient = async (call) => {
  const isHere = call.url.endsWith(`/${step}`) && ++met === Number(nth);
  if (isHere && side === 'before') return stop();
  const answer = await http(call);
  return isHere ? stop() : answer;
};
await followCode(request, { folder, url, over });
