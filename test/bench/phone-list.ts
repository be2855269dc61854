/** Lists that a phone signs for a desk: the desk here, the phone and the service in processes of their own, loopback HTTP between them. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from '#core/crypto/index.ts';
import { enrolPhone, openDesk, signedAttributes } from '../faults/cosign-phones.ts';
import { enrolmentCode, type Home, type ServiceProcess } from '../faults/cosign-processes.ts';
import { median } from './framework.ts';

export interface PhoneList {
  /** ms from the first message handed over to the last value judged, all asked for at once. */
  readonly together: number;
  /** p50 in ms of one signature after the other. */
  readonly single: number;
}

/** `count` signatures under one approval, both ways; the median of several lists. */
export async function phoneLists(home: Home, service: ServiceProcess, count: number): Promise<PhoneList> {
  const folder = home.folder('phone');
  await enrolPhone({ folder, url: service.url }, await enrolmentCode(home, service.url));
  const desk = openDesk(service.url, () => service.session);
  const entry = new URL('../faults/cosign-phone.ts', import.meta.url).pathname;
  const together: number[] = [];
  const single: number[] = [];
  try {
    // The first list of each kind does not count: everything is compiled anew in it.
    for (let list = 0; list < 6; list++) {
      const id = await desk.ask(count);
      const phone = spawn(process.execPath, [entry, folder, service.url, id], { stdio: 'inherit' });
      const gone = once(phone, 'exit');
      const { token, keyId } = await desk.approved();
      const sign = (): Promise<Uint8Array> => token.signMessage(keyId, signedAttributes(randomBytes(32)));
      const begin = performance.now();
      if (list % 2 === 0) {
        await Promise.all(Array.from({ length: count }, sign));
        if (list > 1) together.push(performance.now() - begin);
      } else {
        for (let i = 0; i < count; i++) {
          const asked = performance.now();
          await sign();
          if (list > 1) single.push(performance.now() - asked);
        }
      }
      await token.close();
      const [code] = await gone;
      if (code !== 0) throw new Error(`the phone ended with ${String(code)}`);
    }
  } finally {
    await desk.phones.close();
  }
  return { together: median(together), single: median(single) };
}
