/** The fingerprint: from a reader or a file; a simulated one is called so in large letters. */
import { DeleteOutlined } from '@ant-design/icons';
import { Button, Select } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentView } from '#shared/consent.ts';
import { dateTime } from '../../format/time.ts';
import { dropFingerprint, importFingerprint, loadReaders, takeFingerprint, useConsent } from '../../state/consent.ts';

/** Said where the patient has not agreed (yet); null where it may be taken. */
export function useRefusal(view: ConsentView, what: 'fingerprint' | 'photo'): string | null {
  const { t } = useTranslation();
  if (view.allowed === null) return t('consent.notAllowedYet');
  return view.allowed[what] ? null : t('consent.refused');
}

export function Fingerprint({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const readers = useConsent((s) => s.readers);
  const busy = useConsent((s) => s.busy);
  const [chosen, setChosen] = useState<string | null>(null);
  const refusal = useRefusal(view, 'fingerprint');
  const print = view.fingerprint;
  useEffect(() => void loadReaders(), []);
  const reader = readers?.find((r) => r.id === chosen) ?? readers?.find((r) => r.ready) ?? readers?.[0];
  return (
    <div className="section taken" data-fingerprint={print === null ? 'none' : print.simulated ? 'simulated' : 'real'}>
      <h3>
        {t('consent.fingerprint')}
        {view.template.fingerprint === 'optional' && print === null && ` · ${t('consent.optional')}`}
      </h3>
      {print !== null && (
        <div className="taken-picture">
          <img src={print.pictureUrl} alt={t('consent.fingerPicture')} />
          <div className="grow">
            {print.simulated && <p className="simulated">{t('consent.simulated')}</p>}
            <p className="small muted">{t('consent.from', { source: print.source, at: dateTime(print.at) })}</p>
            <Button
              icon={<DeleteOutlined />}
              loading={busy === 'dropFingerprint'}
              onClick={() => void dropFingerprint()}
            >
              {t('consent.drop')}
            </Button>
          </div>
        </div>
      )}
      {print === null && refusal !== null && <p className="small muted">{refusal}</p>}
      {print === null && refusal === null && (
        <>
          {readers !== null && readers.length === 0 && <p className="small muted">{t('consent.noReader')}</p>}
          {reader !== undefined && (
            <div className="reader">
              <Select
                aria-label={t('consent.reader')}
                value={reader.id}
                onChange={setChosen}
                options={(readers ?? []).map((r) => ({
                  value: r.id,
                  label: r.ready ? r.name : `${r.name} · ${t('consent.notReady')}`,
                  disabled: !r.ready,
                }))}
              />
              <Button
                type="primary"
                ghost
                disabled={!reader.ready}
                loading={busy === 'takeFingerprint'}
                data-take=""
                onClick={() => void takeFingerprint(reader.id)}
              >
                {t(busy === 'takeFingerprint' ? 'consent.taking' : 'consent.take')}
              </Button>
            </div>
          )}
          {reader?.simulated === true && <p className="simulated">{t('consent.simulated')}</p>}
          <Button
            type="link"
            size="small"
            loading={busy === 'importFingerprint'}
            data-import=""
            onClick={() => void importFingerprint()}
          >
            {t('consent.import')}
          </Button>
        </>
      )}
    </div>
  );
}
