/** Asks for a reason that stays with the record: return, withdrawal, urgency. */
import { Button, Input } from 'antd';
import { useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';

export interface ReasonDialogProps {
  readonly title: string;
  readonly label: string;
  readonly placeholder: string;
  readonly confirm: string;
  /** Before the field: what will come of it. */
  readonly children?: ReactNode;
  readonly optional?: boolean;
  readonly busy?: boolean;
  readonly error?: WireError | null;
  readonly onConfirm: (reason: string) => void;
  readonly onClose: () => void;
}

export function ReasonDialog(p: ReasonDialogProps) {
  const { t } = useTranslation();
  const [why, setWhy] = useState('');
  const ready = (p.optional === true || why.trim() !== '') && p.busy !== true;
  const confirm = () => ready && p.onConfirm(why.trim());
  return (
    <Dialog
      title={p.title}
      onClose={p.onClose}
      actions={
        <>
          <Button size="large" onClick={p.onClose}>
            {t('common.cancel')}
          </Button>
          <Button type="primary" size="large" disabled={!ready} loading={p.busy ?? false} onClick={confirm}>
            {p.confirm}
            <kbd>Ctrl + Enter</kbd>
          </Button>
        </>
      }
    >
      {p.children}
      <Input.TextArea
        rows={4}
        maxLength={500}
        aria-label={p.label}
        placeholder={p.placeholder}
        value={why}
        onChange={(e) => setWhy(e.target.value)}
        onKeyDown={(e) => {
          if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) confirm();
        }}
      />
      {p.error != null && (
        <div className="gap below">
          <ErrorNotice error={p.error} />
        </div>
      )}
    </Dialog>
  );
}
