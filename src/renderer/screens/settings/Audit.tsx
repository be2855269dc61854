/** 操作记录: my own acts on this desk as its chain keeps them; the whole chain can be exported and checked. */
import { Button } from 'antd';
import { useEffect, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { AuditRow } from '#shared/audit.ts';
import type { WireError } from '#shared/errors.ts';
import type { CallOutput } from '#shared/ipc.ts';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { VirtualList } from '../../components/VirtualList.tsx';
import { digestStart } from '../../format/size.ts';
import { dateTime } from '../../format/time.ts';
import { ask, useDesk } from '../../state/store.ts';
import { useActWords } from './actWords.ts';

/** Acts shown; the export has them all. */
const MOST = 500;
type Verified = CallOutput<'audit:verify'>;

function Act({ row }: { row: AuditRow }) {
  const { t } = useTranslation();
  const words = useActWords();
  return (
    <div className="audit-row" data-audit={row.index} data-result={row.result}>
      <Shape verdict={row.result === 'failed' ? 'FAILED' : row.result === 'done' ? 'PASSED' : 'INDETERMINATE'} />
      <span>{dateTime(row.at)}</span>
      <b>{words(row.act)}</b>
      <span className="grow">{row.subject}</span>
      <span className="mono faint" title={row.digest}>
        {digestStart(row.digest, 8)}
      </span>
      <span className="faint">
        {t(`audit.result.${row.result}`)}
        {row.code !== null && ` · ${row.code}`}
      </span>
    </div>
  );
}

export function Audit() {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const inside = useDesk((s) => s.session?.state === 'signed-in');
  const [rows, setRows] = useState<readonly AuditRow[] | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [busy, setBusy] = useState<'export' | 'verify' | null>(null);
  const [verified, setVerified] = useState<Verified | null>(null);
  const [saved, setSaved] = useState<CallOutput<'audit:export'> | null>(null);

  useEffect(() => {
    if (!inside) return;
    let late = false;
    void ask('audit:mine', { from: null, limit: MOST }).then((r) => {
      if (late) return;
      if (r.ok) setRows(r.value);
      else setError(r.error);
    });
    return () => {
      late = true;
    };
  }, [inside]);
  if (!inside) return null;

  const run = async (what: 'export' | 'verify') => {
    setBusy(what);
    setError(null);
    if (what === 'export') {
      const r = await ask('audit:export', undefined);
      if (r.ok) setSaved(r.value.path === null ? null : r.value);
      else setError(r.error);
    } else {
      const r = await ask('audit:verify', undefined);
      if (r.ok) setVerified(r.value);
      else setError(r.error);
    }
    setBusy(null);
  };
  return (
    <section className="card audit" aria-labelledby="audit-title" aria-busy={busy !== null}>
      <div className="title">
        <h2 id="audit-title">{t('audit.title')}</h2>
        <span className="spring" />
        <Button data-audit-verify="" loading={busy === 'verify'} onClick={() => void run('verify')}>
          {t('audit.verify')}
        </Button>
        <Button data-audit-export="" loading={busy === 'export'} onClick={() => void run('export')}>
          {t('audit.export')}
        </Button>
      </div>
      <p className="muted small">{t('audit.text')}</p>
      {error !== null && <ErrorNotice error={error} />}
      {verified !== null && (
        <div data-faults={verified.faults.length}>
          {verified.faults.length === 0 ? (
            <Notice tone="jade" title={t('audit.whole', { n: verified.entries, anchors: verified.anchors })} />
          ) : (
            <Notice tone="rose" title={t('audit.broken', { n: verified.faults.length })}>
              <ul className="excluded">
                {verified.faults.map((f, i) => (
                  <li key={i}>
                    <b>{t('audit.entry', { n: f.index })}</b> {f[language]}
                  </li>
                ))}
              </ul>
            </Notice>
          )}
        </div>
      )}
      {saved?.path != null && <Notice tone="jade" title={t('audit.saved', { path: saved.path, n: saved.entries })} />}
      {rows === null && error === null && <p className="muted">{t('common.loading')}</p>}
      {rows?.length === 0 && <p className="muted">{t('audit.none')}</p>}
      {rows !== null && rows.length > 0 && (
        <>
          <VirtualList
            className="audit-list"
            id="audit"
            label={t('audit.mine')}
            items={rows}
            keyOf={(r) => String(r.index)}
            height={34}
            render={(row) => <Act row={row} />}
          />
          {rows.length === MOST && <p className="muted small">{t('audit.most', { n: MOST })}</p>}
        </>
      )}
    </section>
  );
}
