/** A superior's change: the sections as they stand, side by side with what they become, and why. It makes the next version. */
import { Button, Input } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { RecordLife } from '#shared/life.ts';
import type { RecordSummary } from '#shared/models.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { editRecord } from '../../state/life.ts';

export interface EditDialogProps {
  readonly record: RecordSummary;
  readonly life: RecordLife;
  readonly onClose: () => void;
}

export function EditDialog({ record, life, onClose }: EditDialogProps) {
  const { t } = useTranslation();
  const [texts, setTexts] = useState<Readonly<Record<string, string>>>({});
  const [reason, setReason] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const changed = life.sections.filter((s) => {
    const text = texts[s.id];
    return s.editable && text !== undefined && text !== s.text;
  });
  const ready = changed.length > 0 && reason.trim() !== '' && !busy;
  const next = Math.max(record.version, ...life.versions.map((v) => v.version)) + 1;
  const confirm = async () => {
    if (!ready) return;
    setBusy(true);
    setError(null);
    const failed = await editRecord(
      record,
      changed.map((s) => ({ id: s.id, text: texts[s.id] ?? s.text })),
      reason.trim(),
    );
    setBusy(false);
    if (failed === null) onClose();
    else setError(failed);
  };
  return (
    <Dialog
      title={t('life.editTitle', { title: record.title, name: record.patient.name })}
      width={760}
      onClose={onClose}
      actions={
        <>
          <span className="muted small edit-count">{t('life.editCount', { n: changed.length })}</span>
          <span className="spring" />
          <Button size="large" onClick={onClose}>
            {t('common.cancel')}
          </Button>
          <Button
            type="primary"
            size="large"
            data-confirm=""
            disabled={!ready}
            loading={busy}
            onClick={() => void confirm()}
          >
            {t('life.makeVersion', { n: next })}
            <kbd>Ctrl + Enter</kbd>
          </Button>
        </>
      }
    >
      <div
        className="edit-sections"
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) void confirm();
        }}
      >
        <p className="muted small">{t('life.editText')}</p>
        {life.sections.map((s) => {
          const mine = changed.includes(s);
          return (
            <div key={s.id} className="edit-section" data-section={s.id} data-changed={mine}>
              <label htmlFor={`section-${s.id}`}>
                {s.title} {mine && <span className="tag jade">{t('life.changedTag')}</span>}
                {!s.editable && <span className="tag">{t('life.fixedTag')}</span>}
              </label>
              <Input.TextArea
                id={`section-${s.id}`}
                rows={1}
                maxLength={20_000}
                disabled={!s.editable}
                value={texts[s.id] ?? s.text}
                onChange={(e) => setTexts((all) => ({ ...all, [s.id]: e.target.value }))}
              />
            </div>
          );
        })}
        <div className="edit-section">
          <label htmlFor="edit-reason">{t('life.editReason')}</label>
          <Input
            id="edit-reason"
            maxLength={500}
            placeholder={t('life.editReasonPlaceholder')}
            value={reason}
            onChange={(e) => setReason(e.target.value)}
          />
        </div>
        {error !== null && <ErrorNotice error={error} />}
      </div>
    </Dialog>
  );
}
