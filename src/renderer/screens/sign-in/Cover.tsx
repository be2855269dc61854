/** The calm half of the door: what the desk promises, and a record with its seal. */
import { useTranslation } from 'react-i18next';
import { Mark } from '../../shell/Rail.tsx';
import { useDesk } from '../../state/store.ts';

function Sheet() {
  const lines = [118, 190, 190, 176, 190, 150, 190, 132];
  return (
    <svg className="sheet" viewBox="0 0 260 320" aria-hidden="true">
      <rect x="8" y="8" width="244" height="304" rx="3" className="paper" />
      <rect x="86" y="34" width="88" height="9" rx="2" className="text strong" />
      <rect x="102" y="52" width="56" height="6" rx="2" className="text" />
      <path d="M34 72h192" className="rule" />
      {lines.map((w, i) => (
        <rect key={i} x="34" y={88 + i * 17} width={w} height="6" rx="2" className="text" />
      ))}
      <circle cx="92" cy="262" r="30" className="seal" />
      <path d="M92 246l4.2 10.8 11.6.6-9 7.3 3 11.2-9.8-6.3-9.8 6.3 3-11.2-9-7.3 11.6-.6z" className="star" />
      <rect x="150" y="246" width="40" height="6" rx="2" className="text" />
      <path d="M152 276c10-18 14-14 10 2 6-14 16-18 13-2 8-12 16-12 14 2 8-14 15-12 17 0" className="hand" />
    </svg>
  );
}

export function Cover() {
  const { t } = useTranslation();
  const version = useDesk((s) => s.version);
  return (
    <section className="cover">
      <div className="brand">
        <Mark big />
        <span>{t('app.name')}</span>
      </div>
      <h1>{t('app.tagline')}</h1>
      <p className="muted">{t('session.local')}</p>
      <Sheet />
      <p className="small muted">{t('settings.version', { version })}</p>
    </section>
  );
}
