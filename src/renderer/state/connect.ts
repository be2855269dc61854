/** Joins the store to main: first answers, then events. */
import { useLanguage } from '../i18n/index.ts';
import { go, refreshWorklist } from './actions.ts';
import { batchProgressed, fetchedForProposal } from './batch.ts';
import { consentChanged, consentProgressed } from './consent.ts';
import { folderProgressed } from './folder.ts';
import { mineSoon } from './life.ts';
import { sessionChanged } from './session.ts';
import { signProgressed } from './signing.ts';
import { verifyChosen } from './verifying.ts';
import { ask, get, set, type Place } from './store.ts';

export function connect(): void {
  const on = window.yiqian.on;
  on('settings:changed', (settings) => {
    useLanguage(settings.language);
    set({ settings });
  });
  on('session:changed', sessionChanged);
  on('tokens:changed', (tokens) => set({ tokens }));
  on('worklist:changed', (worklist) => {
    set({ worklist });
    // What I signed or what came back may have changed with it.
    if (get().session?.state === 'signed-in') mineSoon();
  });
  on('health:changed', (health) => set({ health }));
  on('sign:progress', signProgressed);
  on('batch:progress', batchProgressed);
  on('batch:fetching', fetchedForProposal);
  on('consent:changed', consentChanged);
  on('consent:progress', consentProgressed);
  on('verify:folderProgress', folderProgressed);
  on('desk:command', ({ command }) => {
    const places: Partial<Record<typeof command, Place>> = {
      'go-worklist': 'worklist',
      'go-review': 'review',
      'go-consent': 'consent',
      'go-verify': 'verify',
      'go-keys': 'keys',
      'go-diagnosis': 'diagnosis',
    };
    const place = places[command];
    if (place !== undefined) go(place);
    else if (command === 'open-file') void verifyChosen();
    else if (command === 'refresh') void refreshWorklist(true);
    else if (command === 'lock') void ask('session:lock', undefined);
    else if (command === 'show-shortcuts') set({ shortcuts: true });
  });
  void ask('settings:get', undefined).then((r) => {
    if (!r.ok) return;
    useLanguage(r.value.language);
    set({ settings: r.value });
  });
  void ask('app:info', undefined).then((r) => r.ok && set({ version: r.value.version }));
  void ask('session:get', undefined).then((r) => {
    if (r.ok) sessionChanged(r.value);
  });
  void ask('tokens:list', undefined).then((r) => r.ok && set({ tokens: r.value }));
  void ask('health:get', undefined).then((r) => r.ok && set({ health: r.value }));
}
