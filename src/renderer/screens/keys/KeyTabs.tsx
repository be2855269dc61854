/** Keys and seals are one place: both are what a person signs with. */
import { useTranslation } from 'react-i18next';
import { set, useDesk, type KeysTab } from '../../state/store.ts';

const tabs: readonly KeysTab[] = ['keys', 'seals'];

export function KeyTabs() {
  const { t } = useTranslation();
  const current = useDesk((s) => s.keysTab);
  const words = { keys: t('seals.keysTab'), seals: t('seals.tab') };
  return (
    <div className="tabs" role="tablist" aria-label={t('seals.tabs')}>
      {tabs.map((tab) => (
        <button
          key={tab}
          type="button"
          role="tab"
          data-tab={tab}
          aria-selected={tab === current}
          tabIndex={tab === current ? 0 : -1}
          onClick={() => set({ keysTab: tab })}
          onKeyDown={(e) => {
            if (e.key !== 'ArrowLeft' && e.key !== 'ArrowRight') return;
            e.preventDefault();
            const other = tab === 'keys' ? 'seals' : 'keys';
            set({ keysTab: other });
            requestAnimationFrame(() => document.querySelector<HTMLElement>(`[data-tab=${other}]`)?.focus());
          }}
        >
          {words[tab]}
        </button>
      ))}
    </div>
  );
}
