/** In work, done offline and waiting for certification, done today. */
import { FileProtectOutlined, PlusOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentStage, ConsentSummary } from '#shared/consent.ts';
import { dialogOpen } from '../../components/Dialog.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { dateTime } from '../../format/time.ts';
import { typing } from '../../shell/Shortcuts.tsx';
import { beginStart, complete, inWork, loadConsents, openConsent, useConsent } from '../../state/consent.ts';
import { useDesk } from '../../state/store.ts';
import { ConsentPin } from './ConsentPin.tsx';

const tones: Partial<Record<ConsentStage, string>> = { queued: 'amber', done: 'jade', staff: 'jade' };

export function StageTag({ stage }: { stage: ConsentStage }) {
  const { t } = useTranslation();
  return <span className={`tag ${tones[stage] ?? ''}`}>{t(`consent.stages.${stage}`)}</span>;
}

/** Today by the calendar of the ward. */
const today = (c: ConsentSummary): boolean =>
  dateTime(c.writtenAt ?? c.createdAt).slice(0, 10) === dateTime(new Date().toISOString()).slice(0, 10);

export function groupsOf(list: readonly ConsentSummary[]): Record<'work' | 'queued' | 'done', ConsentSummary[]> {
  return {
    work: list.filter((c) => inWork(c) && c.stage !== 'queued'),
    queued: list.filter((c) => c.stage === 'queued'),
    // One of an earlier day that has something to say stays until it is settled.
    done: list.filter((c) => c.stage === 'done' && (today(c) || c.error !== null)),
  };
}

function Row({ c, current, onFocus }: { c: ConsentSummary; current: boolean; onFocus: () => void }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  return (
    <li>
      <button
        type="button"
        className={current ? 'row cursor' : 'row'}
        data-consent={c.id}
        data-stage={c.stage}
        onFocus={onFocus}
        onClick={() => void openConsent(c.id)}
      >
        <b>{c.patientName}</b>
        <span className="muted">{t('consent.bed', { n: c.bed })}</span>
        <span>{c.title}</span>
        <span>
          <StageTag stage={c.stage} />{' '}
          {c.offline && c.stage !== 'queued' && <span className="tag amber">{t('consent.offlineTag')}</span>}
        </span>
        <span className={c.error === null ? 'muted' : 'why'}>
          {c.error !== null
            ? c.error[language].what
            : c.writtenAt === null
              ? t('consent.created', { at: dateTime(c.createdAt).slice(5, 16) })
              : t('consent.written', { at: dateTime(c.writtenAt).slice(5, 16) })}
        </span>
      </button>
    </li>
  );
}

function useListKeys(rows: readonly ConsentSummary[]): [number, (i: number) => void] {
  const [at, setAt] = useState(-1);
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (typing(e) || dialogOpen() || e.ctrlKey || e.metaKey || e.altKey) return;
      const by = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[e.key];
      if (by !== undefined) {
        const next = Math.min(rows.length - 1, Math.max(0, at + by));
        setAt(next);
        document.querySelector<HTMLElement>(`[data-consent="${CSS.escape(rows[next]?.id ?? '')}"]`)?.focus();
      } else if (e.key === 'n') beginStart();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [rows, at]);
  return [at, setAt];
}

function Queued({ queued }: { queued: readonly ConsentSummary[] }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const down = useDesk((s) => s.health?.backend.state === 'down');
  const busy = useConsent((s) => s.busy === 'complete');
  const error = useConsent((s) => s.error);
  const [asking, setAsking] = useState(false);
  const run = async (pin: string) => {
    setAsking(false);
    const ids = queued.map((c) => c.id);
    if (!(await complete(ids, pin))) return;
    const left = (useConsent.getState().list ?? []).filter((c) => ids.includes(c.id) && c.stage !== 'done').length;
    if (left < ids.length) notification.success({ title: t('consent.completed', { n: ids.length - left }) });
    if (left > 0) notification.warning({ title: t('consent.notAll', { n: left }) });
  };
  return (
    <>
      <Notice
        tone="amber"
        title={t('consent.queuedTitle', { n: queued.length })}
        action={
          <Button type="primary" loading={busy} disabled={down} data-complete="" onClick={() => setAsking(true)}>
            {t('consent.completeAll', { n: queued.length })}
          </Button>
        }
      >
        {t('consent.queuedText')} {down && t('consent.stillOffline')}
      </Notice>
      {error !== null && <ErrorNotice error={error} />}
      {asking && (
        <ConsentPin
          title={t('consent.pinTitleMany', { n: queued.length })}
          items={queued.map((c) => ({ id: c.id, name: c.patientName, title: c.title }))}
          onConfirm={(pin) => void run(pin)}
          onClose={() => setAsking(false)}
        />
      )}
    </>
  );
}

export function ConsentList() {
  const { t } = useTranslation();
  const list = useConsent((s) => s.list);
  const error = useConsent((s) => s.listError);
  const groups = groupsOf(list ?? []);
  const order = [...groups.queued, ...groups.work, ...groups.done];
  const [at, setAt] = useListKeys(order);
  const start = (
    <Button type="primary" icon={<PlusOutlined />} data-start="" onClick={beginStart}>
      {t('consent.start')}
      <kbd>N</kbd>
    </Button>
  );
  const section = (name: 'queued' | 'work' | 'done') =>
    groups[name].length > 0 && (
      <section key={name} data-group={name}>
        <h2>
          {t(`consent.groups.${name}`)} <span className="muted">{groups[name].length}</span>
        </h2>
        {name === 'queued' && <Queued queued={groups.queued} />}
        <ul className="rows">
          {groups[name].map((c) => (
            <Row key={c.id} c={c} current={order[at]?.id === c.id} onFocus={() => setAt(order.indexOf(c))} />
          ))}
        </ul>
      </section>
    );
  return (
    <div className="screen scroll consents" tabIndex={0} role="region" aria-label={t('consent.title')}>
      <div className="heading">
        <h1>{t('consent.title')}</h1>
        <span className="muted">{t('consent.lead')}</span>
        <span className="spring" />
        {start}
      </div>
      {error !== null && (
        <ErrorNotice
          error={error}
          lead={t('consent.failed')}
          action={<Button onClick={() => void loadConsents()}>{t('common.retry')}</Button>}
        />
      )}
      {list === null && error === null && (
        <section aria-busy="true">
          <h2>{t('common.loading')}</h2>
          {[70, 55, 62].map((w) => (
            <p key={w} className="skeleton" style={{ width: `${w}%` }} />
          ))}
        </section>
      )}
      {list !== null && order.length === 0 && (
        <Empty
          icon={<FileProtectOutlined className="big-icon" />}
          title={t('consent.none')}
          text={t('consent.noneText')}
        />
      )}
      {(['queued', 'work', 'done'] as const).map(section)}
    </div>
  );
}
