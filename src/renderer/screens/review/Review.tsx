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
  markShown,
  markUnseen,
  neighbour,
  openRecord,
  returnRecord,
  shownRecords,
  withdraw,
} from '../../state/actions.ts';
import { recordKey } from '../../state/list.ts';
import { placedOf } from '../../state/placing.ts';
import { proposeApproved } from '../../state/batch.ts';
import { leaveOut } from '../../state/round.ts';
import { cleared, sign, signable, toSign } from '../../state/signing.ts';
import { get, set, useDesk } from '../../state/store.ts';
import { Act, PatientStrip } from './Act.tsx';
import { EditDialog } from '../life/EditDialog.tsx';
import { VersionView } from '../life/VersionView.tsx';
import { PinDialog } from './PinDialog.tsx';
import { usePlacing } from './placing/usePlacing.tsx';
import { ReasonDialog } from './ReasonDialog.tsx';
import { RoundBar } from './RoundBar.tsx';

type Asking = 'pin' | 'return' | 'edit' | null;

function useReviewKeys(ask: (what: 'sign' | 'return' | 'edit') => void): void {
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      const { review, round, looking } = get();
      // While a version is only looked at, its screen has the keys.
      if (dialogOpen() || looking !== null || review?.signing === true) return;
      if (e.key === 'Enter' && (e.ctrlKey || e.metaKey)) {
        ask('sign');
        return;
      }
      if (review === null || typing(e) || e.ctrlKey || e.altKey || e.metaKey) return;
      const done = review.result?.outcome === 'signed';
      const open = !done && signable(review);
      const key = e.key.toLowerCase();
      const onControl =
        e.target instanceof HTMLElement && e.target.closest('button, a, [role=radio], .ant-select') !== null;
      const to = key === 'j' ? neighbour(1) : key === 'k' ? neighbour(-1) : undefined;
      if (to !== undefined) void openRecord(to);
      else if (key === 'r' && !done && review.life?.may.return !== false) ask('return');
      else if (key === 'e' && !done && review.life?.may.edit === true) ask('edit');
      else if (key === 'x' && round !== null) leaveOut();
      // A key that is held down must not approve what nobody has seen.
      else if ((key === 'a' || (e.key === ' ' && !onControl)) && !e.repeat) {
        if (open && isApproved(get().approved, review.opened.record)) withdraw(review.opened.record);
        else if (open) approve();
      } else if (e.key === 'Escape') go('worklist');
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [ask]);
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

const firstShown = (page: number): void => {
  if (page === 1) markShown();
};

/** mm of the pages, for whoever places something on them. */
const measured = (sizes: readonly PageSize[]): void => set({ paper: sizes.map(pageMm) });

export function Review() {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const review = useDesk((s) => s.review);
  const opening = useDesk((s) => s.opening);
  const looking = useDesk((s) => s.looking);
  const approved = useDesk((s) => s.approved);
  useDesk((s) => s.worklist); // position and next record follow the list
  const [asking, setAsking] = useState<Asking>(null);
  const [reveal, setReveal] = useState<{ page: number; y: number } | null>(null);
  const onSign = useCallback(() => {
    const items = toSign();
    const { review: now } = get();
    // One record, the one in hand: its own PIN. Anything else is a list.
    if (items.length === 1 && now !== null && items[0]?.opened === now.opened) setAsking('pin');
    else void proposeApproved();
  }, []);
  const onAsk = useCallback(
    (what: 'sign' | 'return' | 'edit') => (what === 'sign' ? onSign() : setAsking(what)),
    [onSign],
  );
  useReviewKeys(onAsk);
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

  if (looking !== null) return <VersionView looking={looking} />;
  if (opening !== null) return <Opening />;
  if (review === null) return <Nothing onSign={onSign} />;

  const { opened } = review;
  const list = shownRecords();
  const at = list.findIndex((r) => recordKey(r) === recordKey(opened.record));
  return (
    <div className="split">
      <Viewer
        url={signed?.document.url ?? opened.document.url}
        reveal={reveal}
        onBroken={markUnseen}
        onDrawn={firstShown}
        title={
          <>
            {opened.record.title} · {t('worklist.nth', { n: opened.record.version })}{' '}
            {at >= 0 && <span className="tag jade">{t('review.ofList', { i: at + 1, n: list.length })}</span>}{' '}
            {approved.length > 0 && <span className="tag">{t('review.approvedCount', { n: approved.length })}</span>}
          </>
        }
        banner={<RoundBar />}
        marks={signed === null && review.layout?.kind === 'keyword' ? review.layout.text : ''}
        overlay={overlay}
        thumbnail={thumbnail}
        onSizes={measured}
      />
      <Act
        review={review}
        onSign={onSign}
        onReturn={() => setAsking('return')}
        onEdit={() => setAsking('edit')}
        onShow={onShow}
      />
      {asking === 'pin' && (
        <PinDialog
          items={toSign()}
          onClose={() => setAsking(null)}
          onConfirm={(pin) => {
            setAsking(null);
            void sign(pin);
          }}
        />
      )}
      {asking === 'edit' && review.life !== null && (
        <EditDialog record={opened.record} life={review.life} onClose={() => setAsking(null)} />
      )}
      {asking === 'return' && (
        <ReasonDialog
          title={t('review.returnTitle')}
          label={t('review.returnReason')}
          placeholder={t('review.returnPlaceholder')}
          confirm={t('review.return')}
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
