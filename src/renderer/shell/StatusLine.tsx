/** Always visible: where, who is signed in with which key, days to expiry, and the three services as dots with words. */
import { LockOutlined, LogoutOutlined } from '@ant-design/icons';
import { Dropdown } from 'antd';
import { useTranslation } from 'react-i18next';
import type { HealthDot } from '#shared/models.ts';
import { go } from '../state/actions.ts';
import { ask, useDesk } from '../state/store.ts';

type Service = 'token' | 'tsa' | 'backend';

function Dot({ name, dot }: { name: Service; dot: HealthDot | undefined }) {
  const { t } = useTranslation();
  const state = dot?.state ?? 'unknown';
  const ms = dot?.latencyMs ?? null;
  const latency =
    ms === null ? '' : ms < 1000 ? t('health.ms', { n: Math.round(ms) }) : t('health.s', { n: (ms / 1000).toFixed(1) });
  const word =
    name === 'token'
      ? state === 'ok'
        ? t('health.tokenOk')
        : state === 'down'
          ? t('health.tokenDown')
          : t(`health.${state}`)
      : state === 'ok' && latency !== ''
        ? latency
        : `${t(`health.${state}`)} ${latency}`;
  return (
    <button type="button" className={`dot ${state}`} onClick={() => go('diagnosis')}>
      <i aria-hidden="true" />
      {t(`health.${name}`)} {word}
    </button>
  );
}

export function StatusLine() {
  const { t } = useTranslation();
  const health = useDesk((s) => s.health);
  const session = useDesk((s) => s.session);
  const person = session?.person ?? null;
  const days = session?.certificate?.daysLeft;
  return (
    <header className="status-line">
      <span className="ward">{person !== null && `${person.department} · ${person.ward}`}</span>
      <span className="spring" />
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
          <button type="button" className="who" aria-label={t('session.signedInAs', { name: person.name })}>
            <span className="avatar" aria-hidden="true">
              {person.name.slice(0, 1)}
            </span>
            <span>
              {person.name} {person.title}
            </span>
            {days !== undefined && (
              <span className={`tag ${days <= 60 ? 'amber' : ''}`}>
                {days < 0 ? t('session.expired') : t('session.expires', { n: days })}
              </span>
            )}
          </button>
        </Dropdown>
      )}
    </header>
  );
}
