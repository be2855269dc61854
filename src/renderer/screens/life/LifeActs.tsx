/** What I may do with a record besides signing: change it as a superior, withdraw my signature, mark it urgent. */
import { App, Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordLife } from '#shared/life.ts';
import type { RecordSummary } from '#shared/models.ts';
import type { WireError } from '#shared/errors.ts';
import { urge, withdrawSignature } from '../../state/life.ts';
import { ReasonDialog } from '../review/ReasonDialog.tsx';

type Act = 'withdraw' | 'urge';

export interface LifeActsProps {
  readonly record: RecordSummary;
  readonly life: RecordLife;
  readonly onEdit: (() => void) | undefined;
}

export function LifeActs({ record, life, onEdit }: LifeActsProps) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const [asking, setAsking] = useState<Act | null>(null);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const urgent = life.urgent !== null;
  const run = async (act: Act, reason: string) => {
    setBusy(true);
    setError(null);
    const failed = await (act === 'withdraw' ? withdrawSignature(record, reason) : urge(record, !urgent, reason));
    setBusy(false);
    if (failed !== null) return setError(failed);
    setAsking(null);
    notification.success({
      title: t(act === 'withdraw' ? 'life.withdrawn' : urgent ? 'life.notUrgentNow' : 'life.urgentNow'),
    });
  };
  const close = () => {
    setAsking(null);
    setError(null);
  };
  if (!life.may.edit && !life.may.withdraw && !life.may.urge) return null;
  return (
    <div className="life-acts">
      {life.may.edit && onEdit !== undefined && (
        <Button size="small" data-act="edit" onClick={onEdit}>
          {t('life.edit')}
          <kbd>E</kbd>
        </Button>
      )}
      {life.may.urge && (
        <Button size="small" data-act="urge" aria-pressed={urgent} onClick={() => setAsking('urge')}>
          {t(urgent ? 'life.notUrgent' : 'life.urge')}
        </Button>
      )}
      {life.may.withdraw && (
        <Button size="small" data-act="withdraw" onClick={() => setAsking('withdraw')}>
          {t('life.withdraw')}
        </Button>
      )}
      {asking === 'withdraw' && (
        <ReasonDialog
          title={t('life.withdrawTitle')}
          label={t('life.reason')}
          placeholder={t('life.withdrawPlaceholder')}
          confirm={t('life.withdraw')}
          busy={busy}
          error={error}
          onClose={close}
          onConfirm={(reason) => void run('withdraw', reason)}
        >
          <p className="muted before">{t('life.withdrawText')}</p>
        </ReasonDialog>
      )}
      {asking === 'urge' && (
        <ReasonDialog
          title={t(urgent ? 'life.notUrgent' : 'life.urgeTitle')}
          label={t('life.reason')}
          placeholder={t('life.urgePlaceholder')}
          confirm={t(urgent ? 'life.notUrgent' : 'life.urge')}
          optional
          busy={busy}
          error={error}
          onClose={close}
          onConfirm={(reason) => void run('urge', reason)}
        />
      )}
    </div>
  );
}
