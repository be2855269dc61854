/** What is being done while a form is finished, with the time each step took. */
import type { ConsentProgress } from '#shared/consent.ts';

export type Report = (
  step: ConsentProgress['step'],
  party: ConsentProgress['party'],
  state: ConsentProgress['state'],
) => void;

export function progressOf(id: string, tell: (progress: ConsentProgress) => void): Report {
  const begun = new Map<string, number>();
  return (step, party, state) => {
    const key = `${step} ${party ?? ''}`;
    if (state === 'begun') begun.set(key, performance.now());
    const since = begun.get(key);
    tell({
      id,
      step,
      party,
      state,
      ...(state !== 'begun' && since !== undefined && { milliseconds: Math.round(performance.now() - since) }),
    });
  };
}
