/** The phone's own way back (its button, the gesture at the edge) leads through the page's screens before it leads out of the page. */
import { go, goHome, readAgain } from '../state/flow.ts';
import { isBusy, usePage, type View } from '../state/store.ts';

const isRoot = ({ at }: View): boolean => at === 'home' || at === 'starting' || at === 'stopped' || at === 'elsewhere';

/** What the way back does on this screen; on the others it does nothing, so that no request is lost by a slip of the thumb. */
function back(view: View): void {
  if (view.at === 'asked') readAgain();
  else if (view.at === 'change-pin' || view.at === 'renew' || view.at === 'remove') {
    if (!view.working) go({ at: 'settings' });
  } else if (!isBusy(view) || (view.at === 'enrol' && !view.making)) goHome();
}

/** One entry of the browser's history stands for all screens behind the first. */
export function followBack(): void {
  let deeper = (history.state as { deeper?: boolean } | null)?.deeper === true;
  const deepen = (): void => {
    deeper = true;
    history.pushState({ deeper }, '');
  };
  usePage.subscribe(({ view }) => {
    if (isRoot(view) === !deeper) return;
    if (deeper) {
      deeper = false;
      history.back();
    } else deepen();
  });
  addEventListener('popstate', () => {
    // Ours, when a screen led back to the first; or a code that comes in, which is no way back: `hashchange` follows, and takes it from the entry.
    if (!deeper || location.hash !== '') return;
    deeper = false;
    back(usePage.getState().view);
    if (!isRoot(usePage.getState().view) && !deeper) deepen();
  });
}
