/** The desk's side of signing by phone, past its screens: asks, follows, and takes the ticket where a PIN would stand. */
import { expect } from '@playwright/test';
import type { PhoneAsk, PhoneProgress } from '../../src/shared/phone.ts';
import type { CallOutput } from '../../src/shared/ipc.ts';
import type { DeskDriver } from './desk-driver.ts';

declare global {
  interface Window {
    phoneSteps?: PhoneProgress[];
  }
}

export type Requested = CallOutput<'phone:ask'>;
export type Approved = NonNullable<PhoneProgress['approved']>;

export interface DeskPhone {
  /** Asks; from then on everything that is told of requests is kept. */
  ask(ask: PhoneAsk): Promise<Requested>;
  /** What was told of this request, oldest first. */
  steps(request: Requested): Promise<readonly PhoneProgress[]>;
  /** Waits until the desk has heard of this state; gives what it was told. */
  until(request: Requested, state: PhoneProgress['state']): Promise<PhoneProgress>;
  approved(request: Requested): Promise<Approved>;
}

export function deskPhone(desk: () => DeskDriver): DeskPhone {
  const steps = async ({ requestId }: Requested): Promise<readonly PhoneProgress[]> =>
    (await desk().page.evaluate(() => window.phoneSteps ?? [])).filter((s) => s.requestId === requestId);
  const until = async (request: Requested, state: PhoneProgress['state']): Promise<PhoneProgress> => {
    const states = async (): Promise<string[]> => (await steps(request)).map((s) => s.state);
    await expect.poll(states, { timeout: 30_000, intervals: [50] }).toContain(state);
    return (await steps(request)).find((s) => s.state === state)!;
  };
  return {
    async ask(ask) {
      await desk().page.evaluate(() => {
        if (window.phoneSteps !== undefined) return;
        const steps: PhoneProgress[] = (window.phoneSteps = []);
        window.yiqian.on('phone:progress', (step) => steps.push(step));
      });
      return desk().call('phone:ask', ask);
    },
    steps,
    until,
    async approved(request) {
      const { approved } = await until(request, 'approved');
      if (approved === null) throw new Error('approved without a ticket');
      return approved;
    },
  };
}
