/** Who sits at the desk, as the window follows it: a shared PC shows one person's things to that person alone. */
import type { SessionView } from '#shared/models.ts';
import { go, nobody, refreshWorklist } from './actions.ts';
import { loadBatch } from './batch.ts';
import { forgetConsents, loadConsents } from './consent.ts';
import { loadMine } from './life.ts';
import { loadSeals } from './seals.ts';
import { get, set } from './store.ts';

/** What a person who has signed in needs at once. */
function enter(): void {
  void refreshWorklist(false);
  void loadMine();
  // A batch that the program's end cut short is the first thing to be seen.
  void loadBatch().then((batch) => {
    if (batch?.state === 'interrupted' && get().review === null && get().place === 'worklist') go('batch');
  });
  void loadSeals();
  void loadConsents();
}

function forget(session: SessionView): void {
  set({ ...nobody, session });
  forgetConsents();
}

export function sessionChanged(session: SessionView): void {
  const before = get().session;
  // Another person has sat down: nothing of the first stays, not even for a moment.
  const another = before?.person != null && session.person != null && before.person.id !== session.person.id;
  if (session.state === 'signed-out' || another) forget(session);
  else set({ session });
  if (session.state === 'signed-in' && (another || before?.state !== 'signed-in')) enter();
}
