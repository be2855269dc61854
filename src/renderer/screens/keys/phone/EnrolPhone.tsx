/** A code that makes a signing key on a phone, for the person signed in. */
import { Button } from 'antd';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { CallOutput } from '#shared/ipc.ts';
import { Dialog } from '../../../components/Dialog.tsx';
import { ErrorNotice } from '../../../components/Notice.tsx';
import { Code } from '../../../components/phone/PhoneCode.tsx';
import { timeOnly } from '../../../format/time.ts';
import { ask, useDesk } from '../../../state/store.ts';

const inFours = (code: string): string => code.replace(/[\s-]/g, '').replace(/(.{4})(?=.)/g, '$1 ');

export function EnrolPhone({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const name = useDesk((s) => s.session?.person?.name ?? '');
  const [given, setGiven] = useState<CallOutput<'phone:enrolCode'> | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const gone = useRef(false);
  const get = useCallback(async () => {
    setError(null);
    const r = await ask('phone:enrolCode', undefined);
    if (gone.current) return;
    if (r.ok) setGiven(r.value);
    else setError(r.error);
  }, []);
  useEffect(() => {
    gone.current = false;
    void get();
    return () => {
      gone.current = true;
    };
  }, [get]);
  return (
    <Dialog
      title={t('phone.enrol')}
      width={760}
      onClose={onClose}
      aside={
        <div className="phone-code">
          {given !== null && <Code text={given.qr} alt={t('phone.enrolAlt')} />}
          <p className="muted small">{t('phone.enrolWarn')}</p>
        </div>
      }
      actions={
        <>
          {error !== null && (
            <Button type="primary" size="large" onClick={() => void get()}>
              {t('common.retry')}
            </Button>
          )}
          <Button size="large" onClick={onClose}>
            {t('common.close')}
          </Button>
        </>
      }
    >
      <div data-phone-enrol={given === null ? '' : 'ready'}>
        <p>{t('phone.enrolLead', { name })}</p>
        {error !== null && <ErrorNotice error={error} />}
        {given !== null && (
          <>
            <ol className="phone-enrol">
              <li>{t('phone.steps.scan')}</li>
              <li>{t('phone.steps.type', { page: given.qr.replace(/#.*$/, '') })}</li>
              <li>{t('phone.steps.pin')}</li>
            </ol>
            <p className="code-line">
              <span className="muted small block">{t('phone.enrolCode')}</span>
              <b className="mono big-code" data-phone-code="">
                {inFours(given.code)}
              </b>{' '}
              <span className="tag">{t('phone.enrolUntil', { time: timeOnly(given.expiresAt) })}</span>
            </p>
          </>
        )}
      </div>
    </Dialog>
  );
}
