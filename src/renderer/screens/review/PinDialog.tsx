/** One PIN, or one approval on the phone, for one approved list: what is about to be signed stands with it. */
import { useTranslation } from 'react-i18next';
import { ApproveWith } from '../../components/ApproveWith.tsx';
import { recordKey } from '../../state/list.ts';
import { sealById } from '../../state/seals.ts';
import type { Approved } from '../../state/store.ts';

export interface PinDialogProps {
  readonly items: readonly Approved[];
  readonly onConfirm: (pin: string) => void;
  readonly onClose: () => void;
}

export function PinDialog({ items, ...dialog }: PinDialogProps) {
  const { t } = useTranslation();
  return (
    <ApproveWith
      title={t('review.pinTitle', { n: items.length })}
      what={{
        kind: 'records',
        items: items.map(({ opened, sealId }) => ({ handle: opened.document.handle, sealId })),
      }}
      {...dialog}
    >
      {items.map(({ opened: { record: r }, sealId }) => (
        <li key={recordKey(r)}>
          <b>{r.patient.name}</b>
          <span>{r.title}</span>
          <span className="muted">{t('worklist.nth', { n: r.version })}</span>
          {sealId !== null && <span className="tag">{sealById(sealId)?.name ?? t('seals.title')}</span>}
        </li>
      ))}
    </ApproveWith>
  );
}
