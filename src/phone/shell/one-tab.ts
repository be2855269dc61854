/**
 * One tab of this browser works at a time: two would answer for the same key, and a share would be open twice. The phone's own camera app
 * opens a new tab for every code, so a tab that is doing nothing gives way to one that was opened with a code.
 */

const LOCK = 'yiqian-phone';
const ANSWER_WITHIN = 400; // ms; a tab that the system has put to sleep does not answer

export type Other = 'idle' | 'busy';

/**
 * True when this tab holds the turn from now on, until it is closed or `lost` is called because another tab took it.
 * A browser without Web Locks lets every tab work.
 */
export function takeTurn(how: 'if-free' | 'from-another', lost: () => void): Promise<boolean> {
  const { locks } = navigator;
  if (locks === undefined) return Promise.resolve(true);
  return new Promise((answer) => {
    let held = false;
    const hold = (lock: Lock | null): Promise<void> | undefined => {
      held = lock !== null;
      answer(held);
      return held ? new Promise<void>(() => undefined) : undefined;
    };
    const options = how === 'if-free' ? { ifAvailable: true } : { steal: true };
    locks.request(LOCK, options, hold).catch(() => (held ? lost() : answer(false)));
  });
}

/** Says to another tab that asks what this one is doing; undefined while it has not the turn. Call once. */
export function answerOthers(doing: () => Other | undefined): void {
  const channel = new BroadcastChannel(LOCK);
  channel.onmessage = ({ data }) => {
    const now = data === 'what?' ? doing() : undefined;
    if (now !== undefined) channel.postMessage(now);
  };
}

/** What the tab that holds the turn is doing. No answer counts as busy: nothing is taken from a tab that can't speak. */
export function askOther(): Promise<Other> {
  const channel = new BroadcastChannel(LOCK);
  return new Promise<Other>((answer) => {
    const timer = setTimeout(() => answer('busy'), ANSWER_WITHIN);
    channel.onmessage = ({ data }) => {
      if (data !== 'busy' && data !== 'idle') return;
      clearTimeout(timer);
      answer(data);
    };
    channel.postMessage('what?');
  }).finally(() => channel.close());
}
