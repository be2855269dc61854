/** Looking after the key that lies here: its PIN, its shares, its end. */
import { asYqError } from '#core/errors/index.ts';
import type { Phone } from '../device/types.ts';
import { goHome } from './flow.ts';
import { usePage, type PageState } from './store.ts';

type Kind = 'change-pin' | 'renew' | 'remove';

/** Runs one of them from its own screen: while it works, when it failed, and back home with what was done. */
async function run(at: Kind, work: () => Promise<PageState['said']>): Promise<void> {
  const { view } = usePage.getState();
  if (view.at !== at || view.working) return;
  usePage.setState({ view: { at, working: true, error: null } });
  try {
    usePage.setState({ said: await work() });
    goHome();
  } catch (e) {
    usePage.setState({ view: { at, working: false, error: asYqError(e, 'INTERNAL') } });
  }
}

let phone: Phone;
export const lookAfter = (device: Phone): void => {
  phone = device;
};

const refreshed = async (): Promise<void> => usePage.setState({ key: (await phone.key()) ?? null, state: null });

export const changePin = (pin: string, next: string): Promise<void> =>
  run('change-pin', async () => {
    await phone.changePin(pin, next);
    return 'pin-changed';
  });

export const renew = (pin: string): Promise<void> =>
  run('renew', async () => {
    await phone.renew(pin);
    await refreshed();
    return 'renewed';
  });

export const remove = (): Promise<void> =>
  run('remove', async () => {
    const stopped = await phone.remove({ reason: 'removed on the phone' });
    await refreshed();
    usePage.setState({ acts: await phone.acts() });
    return stopped ? 'removed' : 'removed-here';
  });
