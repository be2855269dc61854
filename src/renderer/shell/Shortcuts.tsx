/** Keys that work everywhere, and the sheet that lists them (?). Screens add their own. */
import { Modal } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { go } from '../state/actions.ts';
import { ask, set, useDesk, type Place } from '../state/store.ts';

/** True while the person types into something: letters are text then, not commands. */
export const typing = (e: KeyboardEvent): boolean =>
  e.target instanceof HTMLElement &&
  (e.target.isContentEditable || ['INPUT', 'TEXTAREA', 'SELECT'].includes(e.target.tagName));
export const dialogOpen = (): boolean =>
  document.querySelector('.ant-modal-wrap:not([style*="display: none"])') !== null;

const places: Readonly<Record<string, Place>> = { 1: 'worklist', 2: 'review', 3: 'verify', 4: 'keys', 5: 'diagnosis' };

export function useShortcuts(): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if ((e.ctrlKey || e.metaKey) && places[e.key] !== undefined) {
        e.preventDefault();
        go(places[e.key] ?? 'worklist');
      } else if (e.key === '?' && !typing(e) && !dialogOpen()) set({ shortcuts: true });
      else if (e.key.toLowerCase() === 'l' && e.ctrlKey) {
        e.preventDefault();
        void ask('session:lock', undefined);
      }
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, []);
}

export function Shortcuts() {
  const { t } = useTranslation();
  const open = useDesk((s) => s.shortcuts);
  const rows: [string, string][] = [
    ['/', t('shortcuts.search')],
    ['J  K', t('shortcuts.move')],
    ['Enter', t('shortcuts.open')],
    ['X', t('shortcuts.select')],
    ['Ctrl + Enter', t('shortcuts.sign')],
    ['R', t('shortcuts.return')],
    ['Ctrl + F', t('shortcuts.find')],
    ['← ↑ → ↓', t('shortcuts.nudge')],
    ['Ctrl + E', t('shortcuts.export')],
    ['Ctrl + 1 … 5', t('shortcuts.places')],
    ['Ctrl + L', t('shortcuts.lock')],
    ['?', t('shortcuts.help')],
  ];
  return (
    <Modal open={open} title={t('shortcuts.title')} footer={null} onCancel={() => set({ shortcuts: false })}>
      <div className="shortcuts">
        {rows.map(([key, what]) => [<kbd key={key}>{key}</kbd>, <span key={`${key}-what`}>{what}</span>])}
      </div>
    </Modal>
  );
}
