/** Keys that work everywhere, and the sheet that lists them (?). Screens add their own. */
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { Dialog, dialogOpen } from '../components/Dialog.tsx';
import { go } from '../state/actions.ts';
import { ask, set, useDesk, type Place } from '../state/store.ts';
import { keymap } from './keymap.ts';

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
  const here = useDesk.getState().place;
  // The keys of the screen that is shown stand first.
  const groups = [...keymap].sort((a, b) => Number(b.places.includes(here)) - Number(a.places.includes(here)));
  return (
    <Dialog title={t('shortcuts.title')} width={1120} onClose={() => set({ shortcuts: false })}>
      <div className="shortcuts">
        {groups.map((g) => (
          <section key={g.id} data-keys={g.id} data-here={g.places.includes(here)}>
            <h3>{t(g.title)}</h3>
            <dl>
              {g.rows.map(([keys, what]) => (
                <div key={what}>
                  <dt>
                    {keys.map((key) => (
                      <kbd key={key}>{key === 'Space' ? t('shortcuts.space') : key}</kbd>
                    ))}
                  </dt>
                  <dd>{t(what)}</dd>
                </div>
              ))}
            </dl>
          </section>
        ))}
      </div>
    </Dialog>
  );
}
