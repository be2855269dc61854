/** What waits for me, what came back to me, what I signed and the next has not. */
import { useTranslation } from 'react-i18next';
import { mineOf, type ListTab } from '../../state/list.ts';
import { useDesk } from '../../state/store.ts';
import { toTab } from './keys.ts';

export const TABS: readonly ListTab[] = ['to-sign', 'returned-to-me', 'signed-by-me'];

export function Tabs() {
  const { t } = useTranslation();
  const tab = useDesk((s) => s.list.tab);
  const worklist = useDesk((s) => s.worklist);
  const mine = useDesk((s) => s.mine);
  return (
    <div className="tabs list-tabs" role="group" aria-label={t('worklist.tabsLabel')}>
      {TABS.map((name) => {
        const n = mineOf(worklist, mine, name).length;
        return (
          <button key={name} type="button" data-tab={name} aria-pressed={tab === name} onClick={() => toTab(name)}>
            {t(`worklist.tabs.${name}`)}
            {n > 0 && <span className={name === 'returned-to-me' ? 'tag amber' : 'tag'}>{n}</span>}
          </button>
        );
      })}
    </div>
  );
}
