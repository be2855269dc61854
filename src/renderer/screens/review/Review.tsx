/** 审阅与签署: the document at the left, the act at the right. What is signed is byte for byte what is shown. */
import { EditOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useCallback, useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import { dialogOpen } from '../../components/Dialog.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import type { PageSize } from '../../pdf/Page.tsx';
import { PageSkeleton, Viewer } from '../../pdf/Viewer.tsx';
import { pageMm } from '../../format/placement.ts';
import { typing } from '../../shell/Shortcuts.tsx';
import {
  approve,
  go,
  isApproved,
  markUnseen,
  neighbour,
  openRecord,
  returnRecord,
  shownRecords,
  withdraw,
} from '../../state/actions.ts';
import { recordKey } from '../../state/list.ts';
import { placedOf } from '../../state/placing.ts';
import { cleared, sign, signable, toSign } from '../../state/signing.ts';
import { get, set, useDesk, type ReviewState } from '../../state/store.ts';
import { Act, PatientStrip } from './Act.tsx';
import { Batch } from './Batch.tsx';
import { PinDialog } from './PinDialog.tsx';
import { usePlacing } from './placing/usePlacing.tsx';
import { ReturnDialog } from './ReturnDialog.tsx';

type Asking = 'pin' | 'return' | null;

function useReviewKeys(review: ReviewState | null, ask: (what: Asking) => void): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (dialogOpen() || review?.signing === true || get().batch?.results === null) return;
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
        if (toSign().length > 0) ask('pin');
        return;
      }
      if (review === null || typing(e) || e.ctrlKey || e.altKey || e.metaKey) return;
      const open = review.result?.outcome !== 'signed' && signable(review);
      const key = e.key.toLowerCase();
      const to = key === 'j' ? neighbour(1) : key === 'k' ? neighbour(-1) : undefined;
      if (to !== undefined) void openRecord(to);
      else if (key === 'r' && review.result?.outcome !== 'signed') ask('return');
      else if (key === 'a' && open) {
        if (isApproved(get().approved, review.opened.record)) withdraw(review.opened.record);
        else approve();
      } else if (e.key === 'Escape') go('worklist');
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [review, ask]);
}

/** Keeps every place while the record is fetched and judged. */
function Opening() {
  const { t } = useTranslation();
  const cursor = useDesk((s) => s.opening);
  const record = useDesk((s) => s.worklist?.records.find((r) => recordKey(r) === cursor));
  return (
    <div className="split" aria-busy="true">
      <section className="pages">
        <div className="tools">
          <span className="title">{record?.title ?? t('common.loading')}</span>
        </div>
        <div className="viewer">
          <div className="canvas">
            <PageSkeleton />
          </div>
        </div>
      </section>
      <aside className="act">
        {record !== undefined && <PatientStrip record={record} />}
        <div className="section">
          <h3>{t('review.checking')}</h3>
          {[70, 50, 60].map((w) => (
            <p key={w} className="skeleton" style={{ width: `${w}%` }} />
          ))}
        </div>
      </aside>
    </div>
  );
}

function Nothing({ onSign }: { onSign: () => void }) {
  const { t } = useTranslation();
  const waiting = useDesk((s) => s.approved.length);
  const error = useDesk((s) => s.openError);
  return (
    <Empty
      icon={<EditOutlined className="big-icon" />}
      title={t('review.none')}
      {...(error === null && { text: t('review.noneText') })}
    >
      {error !== null && <ErrorNotice error={error} />}
      <div className="buttons">
        <Button type={waiting > 0 ? 'default' : 'primary'} size="large" onClick={() => go('worklist')}>
          {t('review.toList')}
        </Button>
        {waiting > 0 && (
          <Button type="primary" size="large" onClick={onSign}>
            {t('review.signMany', { n: waiting })}
            <kbd>Ctrl + Enter</kbd>
          </Button>
        )}
      </div>
    </Empty>
  );
}

/** mm of the pages, for whoever places something on them. */
const measured = (sizes: readonly PageSize[]): void => set({ paper: sizes.map(pageMm) });

export function Review() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const review = useDesk((s) => s.review);
  const opening = useDesk((s) => s.opening);
  const batch = useDesk((s) => s.batch);
  const approved = useDesk((s) => s.approved);
  useDesk((s) => s.worklist); // position and next record follow the list
  const [asking, setAsking] = useState<Asking>(null);
  const [reveal, setReveal] = useState<{ page: number; y: number } | null>(null);
  useReviewKeys(review, setAsking);
  const onShow = useCallback(() => {
    const { review: now } = get();
    const p = now === null ? undefined : placedOf(now)[0]?.place;
    if (p !== undefined) setReveal({ page: p.page, y: p.y });
  }, []);
  const signed = review?.result?.outcome === 'signed' ? (review.result.signed ?? null) : null;
  // After signing the view goes to the signature; a new record begins at its top.
  useEffect(() => {
    if (signed === null) setReveal(null);
    else onShow();
  }, [signed, onShow]);

  const movable =
    review !== null && signed === null && cleared(review) && !review.signing && review.result?.outcome !== 'signed';
  const { overlay, thumbnail } = usePlacing(review, movable, signed !== null);

  const onSign = () => setAsking('pin');
  const pinDialog = asking === 'pin' && (
    <PinDialog
      items={toSign()}
      onClose={() => setAsking(null)}
      onConfirm={(pin) => {
        setAsking(null);
        void sign(pin);
      }}
    />
  );
  if (opening !== null) return <Opening />;
  if (batch !== null || review === null) {
    return (
      <>
        {batch !== null ? <Batch batch={batch} onSign={onSign} /> : <Nothing onSign={onSign} />}
        {pinDialog}
      </>
    );
  }

  const { opened } = review;
  const list = shownRecords();
  const at = list.findIndex((r) => recordKey(r) === recordKey(opened.record));
  return (
    <div className="split">
      <Viewer
        url={signed?.document.url ?? opened.document.url}
        reveal={reveal}
        onBroken={markUnseen}
        title={
          <>
            {opened.record.title} · {t('worklist.nth', { n: opened.record.version })}{' '}
            {at >= 0 && <span className="tag jade">{t('review.ofList', { i: at + 1, n: list.length })}</span>}{' '}
            {approved.length > 0 && <span className="tag">{t('review.approvedCount', { n: approved.length })}</span>}
          </>
        }
        marks={signed === null && review.layout?.kind === 'keyword' ? review.layout.text : ''}
        overlay={overlay}
        thumbnail={thumbnail}
        onSizes={measured}
      />
      <Act review={review} onSign={onSign} onReturn={() => setAsking('return')} onShow={onShow} />
      {pinDialog}
      {asking === 'return' && (
        <ReturnDialog
          onClose={() => setAsking(null)}
          onConfirm={(reason) => {
            setAsking(null);
            void returnRecord(reason).then((r) => {
              if (r?.ok === true) notification.success({ title: t('review.returned') });
              else if (r !== null)
                notification.error({ title: r.error[language].what, description: r.error[language].next });
            });
          }}
        />
      )}
    </div>
  );
}
