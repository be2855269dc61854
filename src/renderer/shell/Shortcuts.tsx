/** Keys that work everywhere, and the sheet that lists them (?). Screens add their own. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog, dialogOpen } from '../components/Dialog.tsx';
import { go } from '../state/actions.ts';
import { ask, set, useDesk, type Place } from '../state/store.ts';

/** True while the person types into something: letters are text then, not commands. */
export const typing = (e: KeyboardEvent): boolean => {
  const at = e.target;
  if (!(at instanceof HTMLElement)) return false;
  if (at instanceof HTMLInputElement) return at.type !== 'checkbox' && at.type !== 'radio';
  return at.isContentEditable || at instanceof HTMLTextAreaElement || at instanceof HTMLSelectElement;
};

const places: Readonly<Record<string, Place>> = {
  1: 'worklist',
  2: 'review',
  3: 'verify',
  4: 'keys',
  5: 'diagnosis',
  6: 'settings',
  7: 'consent',
};

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const command = e.ctrlKey || e.metaKey;
      const to = places[e.key];
      if (command && to !== undefined && !dialogOpen()) go(to);
      else if (command && e.key.toLowerCase() === 'l') void ask('session:lock', undefined);
      else if (e.key === '?' && !typing(e) && !dialogOpen()) set({ shortcuts: true });
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

export function Shortcuts() {
  const { t } = useTranslation();
  const open = useDesk((s) => s.shortcuts);
  if (!open) return null;
  const groups = [
    {
      name: t('nav.worklist'),
      rows: [
        ['/', t('shortcuts.search')],
        ['J  K', t('shortcuts.move')],
        ['Enter', t('shortcuts.open')],
        ['X', t('shortcuts.select')],
        ['G', t('worklist.group')],
      ],
    },
    {
      name: t('nav.review'),
      rows: [
        ['Ctrl + Enter', t('shortcuts.sign')],
        ['A', t('shortcuts.approve')],
        ['J  K', t('shortcuts.move')],
        ['R', t('shortcuts.return')],
        ['← ↑ → ↓', t('shortcuts.nudge')],
      ],
    },
    {
      name: t('pdf.label'),
      rows: [
        ['Ctrl + F', t('shortcuts.find')],
        ['Ctrl + = / −', t('shortcuts.zoom')],
        ['Ctrl + 0', t('pdf.fitWidth')],
        ['Ctrl + E', t('shortcuts.export')],
        ['N  P', t('shortcuts.difference')],
      ],
    },
    {
      name: t('shortcuts.everywhere'),
      rows: [
        ['Ctrl + 1 … 7', t('shortcuts.places')],
        ['Ctrl + L', t('shortcuts.lock')],
        ['?', t('shortcuts.help')],
      ],
    },
  ];
  return (
    <Dialog title={t('shortcuts.title')} width={720} onClose={() => set({ shortcuts: false })}>
      <div className="shortcuts">
        {groups.map((g) => (
          <section key={g.name}>
            <h3>{g.name}</h3>
            <dl>
              {g.rows.map(([key, what]) => (
                <div key={key}>
                  <dt>
                    <kbd>{key}</kbd>
                  </dt>
                  <dd>{what}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
