import { LockOutlined } from '@ant-design/icons';
import { Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { useLanguage } from '../../i18n/index.ts';
import { ask, set, useDesk } from '../../state/store.ts';
import { Audit } from './Audit.tsx';

export function Settings() {
  const { t } = useTranslation();
  const settings = useDesk((s) => s.settings);
  const version = useDesk((s) => s.version);
  const change = async (patch: { language?: 'zh' | 'en'; theme?: 'system' | 'light' | 'dark' }) => {
    const r = await ask('settings:set', patch);
    if (!r.ok) return;
    useLanguage(r.value.language);
    set({ settings: r.value });
  };
  const lock = (name: string) =>
    settings.locked.includes(name) && (
      <span className="tag">
        <LockOutlined /> {t('settings.locked')}
      </span>
    );
  return (
    <div className="screen scroll">
      <h1>{t('settings.title')}</h1>
      <section className="card">
        <div className="title">
          <h2 id="set-language">{t('settings.language')}</h2>
          {lock('language')}
        </div>
        <Radio.Group
          aria-labelledby="set-language"
          optionType="button"
          value={settings.language}
          disabled={settings.locked.includes('language')}
          onChange={(e) => void change({ language: e.target.value })}
          options={[
            { value: 'zh', label: t('settings.zh') },
            { value: 'en', label: t('settings.en') },
          ]}
        />
      </section>
      <section className="card">
        <div className="title">
          <h2 id="set-theme">{t('settings.theme')}</h2>
          {lock('theme')}
        </div>
        <Radio.Group
          aria-labelledby="set-theme"
          optionType="button"
          value={settings.theme}
          disabled={settings.locked.includes('theme')}
          onChange={(e) => void change({ theme: e.target.value })}
          options={(['system', 'light', 'dark'] as const).map((value) => ({ value, label: t(`settings.${value}`) }))}
        />
      </section>
      <Audit />
      <p className="muted small">{t('settings.version', { version })}</p>
    </div>
  );
}
