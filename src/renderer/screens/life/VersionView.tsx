/** One version, read only: its pages, its signatures with their verdicts, its place in the record's life. Or two versions compared. */
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect } from 'react';
import { useTranslation } from 'react-i18next';
import { dialogOpen } from '../../components/Dialog.tsx';
import { Empty } from '../../components/Empty.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PageSkeleton, Viewer } from '../../pdf/Viewer.tsx';
import { typing } from '../../shell/Shortcuts.tsx';
import { stopComparing, stopLooking, type Looking } from '../../state/life.ts';
import { PatientStrip } from '../review/Act.tsx';
import { SignatureLine } from '../review/Signatures.tsx';
import { LifeSections, VersionsPanel } from './LifePanel.tsx';
import { VersionDifference } from './VersionDifference.tsx';

export function VersionView({ looking }: { looking: Looking }) {
  const { comparing } = looking;
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      // The pages side by side have an Esc of their own.
      if (e.key !== 'Escape' || e.defaultPrevented || dialogOpen() || typing(e)) return;
      if (comparing === null) stopLooking();
      else stopComparing();
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  }, [comparing]);
  if (comparing !== null) return <VersionDifference looking={looking} comparing={comparing} />;
  return <OneVersion looking={looking} />;
}

function OneVersion({ looking: { record, version, file, life, error } }: { looking: Looking }) {
  const { t } = useTranslation();
  const back = (
    <Button type="text" size="small" icon={<ArrowLeftOutlined />} data-back="" onClick={stopLooking}>
      {t('life.back')}
    </Button>
  );
  const title = (
    <>
      {back} {record.title} · {t('worklist.nth', { n: version })}{' '}
      <span className="tag amber">{t('life.readOnly')}</span>
    </>
  );
  return (
    <div className="split" data-looking={version}>
      {file !== null ? (
        <Viewer key={file.document.url} url={file.document.url} title={title} />
      ) : (
        <section className="pages">
          <div className="tools">
            <span className="title">{title}</span>
          </div>
          <div className="viewer">
            <div className="canvas">
              {error === null ? (
                <PageSkeleton />
              ) : (
                <Empty title={t('life.noVersion')}>
                  <ErrorNotice error={error} />
                </Empty>
              )}
            </div>
          </div>
        </section>
      )}
      <aside className="act">
        <PatientStrip record={record} />
        <div className="flow" tabIndex={0} role="region" aria-label={t('review.about')}>
          {life !== null && <LifeSections record={record} life={life} />}
          {file !== null && (
            <div className="section">
              <h3>{t('review.signatures')}</h3>
              {file.report.signatures.length === 0 ? (
                <div className="muted small">{t('life.unsigned')}</div>
              ) : (
                file.report.signatures.map((s) => <SignatureLine key={s.index} s={s} />)
              )}
            </div>
          )}
          {life !== null && <VersionsPanel record={record} life={life} shown={version} />}
        </div>
        <div className="go">
          <div className="buttons">
            <Button size="large" onClick={stopLooking}>
              {t('life.back')}
              <kbd>Esc</kbd>
            </Button>
          </div>
        </div>
      </aside>
    </div>
  );
}
