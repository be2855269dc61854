/** Where my co-sign keys lie, phones first; each can be stopped from here. */
import { DesktopOutlined, MobileOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { PhoneKey } from '#shared/phone.ts';
import { ErrorNotice } from '../../../components/Notice.tsx';
import { dateTime } from '../../../format/time.ts';
import { ask, useDesk } from '../../../state/store.ts';
import { StopDialog } from './StopDialog.tsx';

const tones: Readonly<Record<PhoneKey['state'], string>> = {
  pending: '',
  active: 'jade',
  suspended: 'rose',
  locked: 'amber',
  revoked: '',
};
/** What still signs, or may again, stands above what has ended. */
const order = (k: PhoneKey): number => (k.state === 'revoked' ? 2 : k.place === 'phone' ? 0 : 1);

function Row({ of, onStop }: { of: PhoneKey; onStop: () => void }) {
  const { t } = useTranslation();
  const here = useDesk((s) => s.session?.tokenId?.endsWith(`:${of.keyId}`) === true);
  return (
    <li data-my-key={of.keyId} data-state={of.state}>
      <span className="device">{of.place === 'phone' ? <MobileOutlined /> : <DesktopOutlined />}</span>
      <span className="grow">
        <b>{of.deviceName}</b> <span className="tag">{t(`phone.place.${of.place}`)}</span>{' '}
        <span className={`tag ${tones[of.state]}`}>{t(`phone.state.${of.state}`)}</span>{' '}
        {here && <span className="tag jade">{t('phone.here')}</span>}
        <span className="small muted block">
          {t('phone.since', { at: dateTime(of.createdAt).slice(0, 16) })} ·{' '}
          {of.lastUsedAt === null ? t('phone.unused') : t('phone.used', { at: dateTime(of.lastUsedAt).slice(0, 16) })}
        </span>
      </span>
      {(of.state === 'active' || of.state === 'locked') && (
        <Button danger onClick={onStop}>
          {t('phone.stop')}
        </Button>
      )}
    </li>
  );
}

/** @param asked changes when the list may have */
export function MyPhones({ asked }: { asked: number }) {
  const { t } = useTranslation();
  const [keys, setKeys] = useState<readonly PhoneKey[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [stopping, setStopping] = useState<PhoneKey | null>(null);
  useEffect(() => {
    let gone = false;
    void ask('phone:mine', undefined).then((r) => {
      if (gone) return;
      setError(r.ok ? null : r.error);
      if (r.ok) setKeys(r.value.keys);
    });
    return () => {
      gone = true;
    };
  }, [asked]);
  return (
    <section className="card" aria-label={t('phone.mine')} data-my-phones={keys === null ? '' : keys.length}>
      <h2>{t('phone.mine')}</h2>
      <p className="muted">{t('phone.mineLead')}</p>
      {error !== null && <ErrorNotice error={error} tone="amber" />}
      {keys?.length === 0 && <p className="muted">{t('phone.none')}</p>}
      {keys !== null && keys.length > 0 && (
        <ul className="my-phones">
          {[...keys]
            .sort((a, b) => order(a) - order(b))
            .map((k) => (
              <Row key={k.keyId} of={k} onStop={() => setStopping(k)} />
            ))}
        </ul>
      )}
      {stopping !== null && (
        <StopDialog
          of={stopping}
          onClose={() => setStopping(null)}
          onStopped={(now) => {
            setKeys(now);
            setStopping(null);
          }}
        />
      )}
    </section>
  );
}
