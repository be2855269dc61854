/** One PIN for one approved list: what is about to be signed stands above the field. */
import { Modal } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordSummary } from '#shared/models.ts';
import { PinField } from '../../components/PinField.tsx';
import { useDesk } from '../../state/store.ts';

export function PinDialog({
  records,
  onConfirm,
  onClose,
}: {
  records: readonly RecordSummary[];
  onConfirm: (pin: string) => void;
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const [pin, setPin] = useState('');
  const tries = useDesk((s) => s.tokens?.tokens.find((x) => x.id === s.session?.tokenId)?.pinTries);
  const confirm = () => {
    if (pin === '') return;
    const value = pin;
    setPin('');
    onConfirm(value);
  };
  return (
    <Modal
      open
      width={420}
      title={t('review.pinTitle', { n: records.length })}
      okText={t('review.confirm')}
      cancelText={t('common.cancel')}
      okButtonProps={{ disabled: pin === '' }}
      onOk={confirm}
      onCancel={onClose}
    >
      <div style={{ display: 'grid', gap: 12 }}>
        {records.map((r) => (
          <div key={r.id}>
            <b style={{ fontWeight: 500 }}>{t('review.pinLead', { patient: r.patient.name, title: r.title })}</b>{' '}
            <span className="muted">{t('worklist.nth', { n: r.version })}</span>
          </div>
        ))}
        <PinField value={pin} onChange={setPin} onEnter={confirm} tries={tries} label={t('session.pinPlaceholder')} />
      </div>
    </Modal>
  );
}
