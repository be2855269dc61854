/** 三级审签: who signs in which order, and where the record stands. State is shape and word together. */
import { useTranslation } from 'react-i18next';
import type { LifeStep } from '#shared/life.ts';
import { dateTime } from '../../format/time.ts';
import { useDesk } from '../../state/store.ts';

const signs: Readonly<Record<LifeStep['state'], string>> = {
  signed: '✓',
  next: '➜',
  waiting: '',
  returned: '↩',
  withdrawn: '↶',
  'not-needed': '–',
};

export function Chain({ steps }: { steps: readonly LifeStep[] }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const me = useDesk((s) => s.session?.person?.name);
  return (
    <ol className="chain-of-signers" aria-label={t('life.chain')}>
      {steps.map((s, i) => (
        <li
          key={i}
          data-level={s.level}
          data-state={s.state}
          title={[s.role[language], s.at === null ? '' : dateTime(s.at), s.reason ?? '']
            .filter((x) => x !== '')
            .join(' · ')}
        >
          <span className="sign" aria-hidden="true">
            {signs[s.state]}
          </span>
          <b>{s.person === '' ? t('life.anyone') : s.person}</b>
          {s.person !== '' && s.person === me && <span className="tag jade">{t('life.me')}</span>}
          <small>{s.role[language]}</small>
          <small>
            {t(`life.state.${s.state}`)}
            {s.version !== null && ` · ${t('worklist.nth', { n: s.version })}`}
          </small>
        </li>
      ))}
    </ol>
  );
}
