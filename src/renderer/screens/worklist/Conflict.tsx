/** A signed document that the record service did not take: what happened, both sides to be looked at, and put away by the person alone. */
import { Button } from 'antd';
import { useEffect, useState, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { RecordLife } from '#shared/life.ts';
import type { RecordSummary } from '#shared/models.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { dateTime } from '../../format/time.ts';
import { dismissUpload } from '../../state/actions.ts';
import { compareVersions, look, lookAtSigned } from '../../state/life.ts';
import { movedOn, recordKey } from '../../state/list.ts';
import { ask, useDesk } from '../../state/store.ts';

export function Conflict({ record, error }: { record: RecordSummary; error: WireError }) {
  const { t } = useTranslation();
  const [asking, setAsking] = useState(false);
  return (
    <div className="gap" data-refused={record.id}>
      <Refusal
        record={record}
        error={error}
        action={
          <Button data-conflict="" onClick={() => setAsking(true)}>
            {t('conflict.look')}
          </Button>
        }
      />
      {asking && (
        <ConflictDialog key={recordKey(record)} record={record} error={error} onClose={() => setAsking(false)} />
      )}
    </div>
  );
}

/** "Not signed, open the new version" is what a record says that moved on before the PIN; here it moved on after it. */
function Refusal({ record, error, action }: { record: RecordSummary; error: WireError; action?: ReactNode }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const lead = t('worklist.refused', { patient: record.patient.name, title: record.title });
  if (!movedOn(record)) return <ErrorNotice error={error} lead={lead} action={action} />;
  return (
    <Notice tone="rose" title={t('conflict.moved', { n: record.version })} action={action}>
      {lead} {error[language].what} {t('conflict.movedNext')} <span className="code">{error.code}</span>
    </Notice>
  );
}

function ConflictDialog({ record, error, onClose }: { record: RecordSummary; error: WireError; onClose: () => void }) {
  const { t } = useTranslation();
  const [life, setLife] = useState<RecordLife | null>(null);
  const [failed, setFailed] = useState<WireError | null>(null);
  useEffect(() => {
    let late = false;
    void ask('life:get', { recordId: record.id, version: record.version }).then((r) => {
      if (late) return;
      if (r.ok) setLife(r.value);
      else setFailed(r.error);
    });
    return () => {
      late = true;
    };
  }, [record.id, record.version]);
  const newest = life?.versions.reduce((a, b) => (b.version > a.version ? b : a));
  const moved = newest !== undefined && newest.version > record.version;
  const then = (act: () => Promise<void>) => () => {
    onClose();
    void act();
  };
  return (
    <Dialog
      title={t('conflict.title', { patient: record.patient.name, title: record.title })}
      width={620}
      onClose={onClose}
      actions={
        <>
          <Button size="large" onClick={onClose}>
            {t('conflict.later')}
          </Button>
          <Button type="primary" size="large" data-dismiss="" onClick={then(() => dismissUpload(record))}>
            {t('worklist.dismiss')}
          </Button>
        </>
      }
    >
      <Refusal record={record} error={error} />
      <div className="two-sides" data-sides={moved ? 2 : 1}>
        <section>
          <h3>{t('conflict.mine')}</h3>
          <p>
            <b>{t('worklist.nth', { n: record.version })}</b>
          </p>
          <p className="muted small">{t('conflict.mineText')}</p>
          <Button data-side="mine" onClick={then(() => lookAtSigned(record))}>
            {t('conflict.seeMine')}
          </Button>
        </section>
        <section>
          <h3>{t('conflict.theirs')}</h3>
          {failed !== null && <ErrorNotice error={failed} tone="amber" />}
          {failed === null && newest === undefined && <p className="muted">{t('common.loading')}</p>}
          {newest !== undefined && (
            <>
              <p>
                <b>{t('worklist.nth', { n: newest.version })}</b>{' '}
                <span className="tag">{t(`life.version.${newest.state}`)}</span>
              </p>
              <p className="muted small">
                {newest.author} · {dateTime(newest.submittedAt).slice(0, 16)}
                {newest.reason !== null && newest.reason !== '' && ` · ${newest.reason}`}
              </p>
              <span className="buttons">
                <Button data-side="theirs" onClick={then(() => look(record, newest.version))}>
                  {t('conflict.seeTheirs')}
                </Button>
                {moved && (
                  <Button
                    data-side="both"
                    onClick={then(() => compareVersions(record, record.version, newest.version))}
                  >
                    {t('life.compare')}
                  </Button>
                )}
              </span>
            </>
          )}
        </section>
      </div>
      <p className="muted small">{t('conflict.kept')}</p>
    </Dialog>
  );
}
