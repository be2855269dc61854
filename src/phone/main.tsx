import './quiet-zod.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { asYqError, YqError } from '#core/errors/index.ts';
import { readHash, type Code } from './codes.ts';
import { openPhone } from './device/phone.ts';
import { startI18n } from './i18n/index.ts';
import { fetchClient } from './net/http.ts';
import { Page } from './screens/Page.tsx';
import { followBack } from './shell/back.ts';
import { keepShell } from './shell/offline.ts';
import { answerOthers, askOther, takeTurn } from './shell/one-tab.ts';
import { arrive, notACode, start, stopWork } from './state/flow.ts';
import { isBusy, usePage } from './state/store.ts';
import { lookAfter } from './state/upkeep.ts';
import './theme/base.css';
import './theme/parts.css';
import './theme/screens.css';

/** What stands behind `#` is taken out of the address at once: it is for this opening only. Null: something that is no code of ours. */
function takeHash(): Code | null | undefined {
  const { hash, pathname } = location;
  if (hash === '') return undefined;
  history.replaceState(history.state, '', pathname);
  return readHash(hash) ?? null;
}

const idle = (): boolean => usePage.getState().view.at === 'home';

/** What the page was opened with, until it is followed. */
let given = takeHash();
/** Whether this tab has the turn. */
let turn = false;

const lostTurn = (): void => {
  turn = false;
  stopWork();
  usePage.setState({ view: { at: 'elsewhere', why: 'taken' }, second: null });
};

async function begin(): Promise<void> {
  turn = true;
  usePage.setState({ view: { at: 'starting' } });
  const phone = await openPhone({ url: location.origin, http: fetchClient }).catch((e: unknown) => {
    usePage.setState({ view: { at: 'stopped', error: asYqError(e, 'PHONE_STORAGE') } });
    return undefined;
  });
  if (phone === undefined) return;
  lookAfter(phone);
  await start(phone, () => {
    const code = given;
    given = undefined;
    return code;
  });
}

/** The turn of another tab, and with it what it has changed since. */
async function takeOver(): Promise<void> {
  if (await takeTurn('from-another', lostTurn)) await begin();
}

async function open(): Promise<void> {
  if (!window.isSecureContext) {
    usePage.setState({ view: { at: 'stopped', error: new YqError('PHONE_INSECURE') } });
    return;
  }
  if (await takeTurn('if-free', lostTurn)) return begin();
  const other = await askOther();
  // The phone's camera app opens a tab of its own for every code: the one that does nothing gives way.
  if (given !== undefined && other === 'idle') return takeOver();
  usePage.setState({ view: { at: 'elsewhere', why: other === 'busy' ? 'working' : 'second' } });
}

const root = document.getElementById('root');
if (root === null) throw new Error('index.html has no #root');
startI18n();
createRoot(root).render(
  <StrictMode>
    <Page onHere={() => void takeOver()} />
  </StrictMode>,
);
answerOthers(() => {
  if (!turn) return undefined;
  return isBusy(usePage.getState().view) ? 'busy' : 'idle';
});
followBack();
addEventListener('hashchange', () => {
  const code = takeHash();
  if (code === undefined) return;
  const { at } = usePage.getState().view;
  if (at === 'elsewhere') {
    given = code;
    void open();
  } else if (at === 'starting') given = code;
  else if (at === 'stopped') return;
  else if (code !== null) arrive(code);
  else if (idle()) notACode();
});
void open().then(() => keepShell(idle));
