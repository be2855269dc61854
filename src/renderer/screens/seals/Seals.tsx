/** 印章: each with picture, holders, validity, maker and verdict; unfolded, every step of its check. */
import { ImportOutlined, PlusOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SealView } from '#shared/models.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { importSeals, loadSeals, removeSeal } from '../../state/seals.ts';
import { useDesk } from '../../state/store.ts';
import { KeyTabs } from '../keys/KeyTabs.tsx';
import { MakeSeal } from './MakeSeal.tsx';
import { SealCard } from './SealCard.tsx';

function Loading() {
  const { t } = useTranslation();
  return (
    <section className="card" aria-busy="true">
      <p className="muted">{t('common.loading')}</p>
      {[60, 40, 50].map((w) => (
        <p key={w} className="skeleton" style={{ width: `${w}%` }} />
      ))}
    </section>
  );
}

export function Seals() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const seals = useDesk((s) => s.seals);
  const error = useDesk((s) => s.sealsError);
  const [making, setMaking] = useState(false);
  const [removing, setRemoving] = useState<SealView | null>(null);
  const [busy, setBusy] = useState(false);
  useEffect(() => void loadSeals(), []);
  if (making) return <MakeSeal onClose={() => setMaking(false)} />;

  const bring = async () => {
    setBusy(true);
    const r = await importSeals();
    setBusy(false);
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value.length > 0)
      notification.success({
        title: t('seals.imported', { names: r.value.map((s) => s.name).join(t('common.comma')) }),
      });
  };
  const remove = async (seal: SealView) => {
    setRemoving(null);
    const r = await removeSeal(seal.id);
    if (r.ok) notification.success({ title: t('seals.removed', { name: seal.name }) });
    else notification.error({ title: r.error[language].what, description: r.error[language].next });
  };
  const buttons = (
    <>
      <Button icon={<ImportOutlined />} loading={busy} onClick={() => void bring()}>
        {t('seals.import')}
      </Button>
      <Button type="primary" icon={<PlusOutlined />} data-make-seal="" onClick={() => setMaking(true)}>
        {t('seals.make')}
      </Button>
    </>
  );
  return (
    <div className="screen scroll" tabIndex={0} role="region" aria-label={t('seals.title')}>
      <div className="heading">
        <KeyTabs />
        <h1>{t('seals.title')}</h1>
        <span className="muted">{t('seals.lead')}</span>
        <span className="spring" />
        <span className="buttons">{buttons}</span>
      </div>
      {error !== null && (
        <div className="card">
          <ErrorNotice
            error={error}
            lead={t('seals.failed')}
            action={<Button onClick={() => void loadSeals()}>{t('common.retry')}</Button>}
          />
        </div>
      )}
      {seals === null && error === null && <Loading />}
      {seals?.length === 0 && (
        <section className="card">
          <Empty
            icon={<SafetyCertificateOutlined className="big-icon" />}
            title={t('seals.none')}
            text={t('seals.noneText')}
          />
        </section>
      )}
      {seals?.map((seal) => (
        <SealCard key={seal.id} seal={seal} onRemove={() => setRemoving(seal)} />
      ))}
      {removing !== null && (
        <Dialog
          title={t('seals.removeTitle')}
          onClose={() => setRemoving(null)}
          actions={
            <>
              <Button size="large" onClick={() => setRemoving(null)}>
                {t('common.cancel')}
              </Button>
              <Button type="primary" danger size="large" data-confirm="" onClick={() => void remove(removing)}>
                {t('seals.remove')}
              </Button>
            </>
          }
        >
          <p>{t('seals.removeText', { name: removing.name })}</p>
        </Dialog>
      )}
    </div>
  );
}
