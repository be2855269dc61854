/** Always visible: where, who is signed in with which key, days to expiry, and the three services as dots with words. */
import { LockOutlined, LogoutOutlined } from '@ant-design/icons';
import { Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HealthDot } from '#shared/models.ts';
import { useSignsByPhone } from '../components/ApproveWith.tsx';
import { go } from '../state/actions.ts';
import { ask, set, useDesk } from '../state/store.ts';

type Service = 'token' | 'tsa' | 'backend';

/** The state of a service in words: for the key whether it is in, for the others how quickly they answer. */
export function useServiceWords(): (name: Service, dot: HealthDot | undefined) => string {
  const { t } = useTranslation();
  const byPhone = useSignsByPhone();
  return (name, dot) => {
    const state = dot?.state ?? 'unknown';
    if (name === 'token' && state === 'ok') return t(byPhone ? 'phone.dot' : 'health.tokenOk');
    if (name === 'token' && state === 'down') return t('health.tokenDown');
    const ms = dot?.latencyMs ?? null;
    const latency =
      ms === null
        ? ''
        : ms < 1000
          ? t('health.ms', { n: Math.round(ms) })
          : t('health.s', { n: (ms / 1000).toFixed(1) });
    return state === 'ok' && latency !== '' ? latency : `${t(`health.${state}`)} ${latency}`.trim();
  };
}

function Dot({ name, dot }: { name: Service; dot: HealthDot | undefined }) {
  const { t } = useTranslation();
  const words = useServiceWords()(name, dot);
  return (
    <button
      type="button"
      className={`dot ${dot?.state ?? 'unknown'}`}
      title={t('health.look')}
      onClick={() => {
        go('diagnosis');
        set({ lookAt: name });
      }}
    >
      <i aria-hidden="true" />
      <span>
        {t(`health.${name}`)} {words}
      </span>
    </button>
  );
}

export function StatusLine() {
  const { t } = useTranslation();
  const health = useDesk((s) => s.health);
  const session = useDesk((s) => s.session);
  const testKey = useDesk((s) => s.tokens?.tokens.find((x) => x.id === s.session?.tokenId)?.testOnly === true);
  const person = session?.person ?? null;
  const days = session?.certificate?.daysLeft;
  return (
    <header className="status-line">
      <span className="ward">{person !== null && `${person.department} · ${person.ward}`}</span>
      <span className="spring" />
      {testKey && <span className="test-mark">{t('session.testKey')}</span>}
      <Dot name="token" dot={health?.token} />
      <Dot name="tsa" dot={health?.tsa} />
      <Dot name="backend" dot={health?.backend} />
      {person !== null && (
        <Dropdown
          trigger={['click']}
          menu={{
            items: [
              {
                key: 'lock',
                icon: <LockOutlined />,
                label: t('session.lock'),
                onClick: () => void ask('session:lock', undefined),
              },
              {
                key: 'out',
                icon: <LogoutOutlined />,
                label: t('session.signOut'),
                onClick: () => void ask('session:signOut', undefined),
              },
            ],
          }}
        >
          <button type="button" className="who">
            <span className="avatar" aria-hidden="true">
              {person.name.slice(0, 1)}
            </span>
            <span className="name">
              {person.name} <span className="rank">{person.title}</span>
            </span>
            {days !== undefined && (
              <span className={`tag ${days < 0 ? 'rose' : days <= 60 ? 'amber' : ''}`}>
                {days < 0 ? t('session.expired') : t('session.expires', { n: days })}
              </span>
            )}
          </button>
        </Dropdown>
      )}
      {person === null && (
        <button type="button" className="who" onClick={() => go('worklist')}>
          {t('session.signIn')}
        </button>
      )}
    </header>
  );
}
