/** 验签: files dropped or chosen, each with its verdict; the page at the left shows where each signature stands. */
import { CloseOutlined, FolderOpenOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/Notice.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { toPixels } from '../../format/placement.ts';
import { Viewer } from '../../pdf/Viewer.tsx';
import { set, useDesk, type Checked } from '../../state/store.ts';
import { closeChecked, verifyChosen, verifyPaths } from '../../state/verifying.ts';
import { ReportPanel } from './ReportPanel.tsx';

function Files({ checked, shown }: { checked: readonly Checked[]; shown: number }) {
  const { t } = useTranslation();
  const share = (v: string) => `${(checked.filter((c) => c.report.verdict === v).length / checked.length) * 100}%`;
  return (
    <nav className="files" aria-label={t('verify.files')}>
      <div className="tally" aria-hidden="true">
        <i style={{ width: share('PASSED') }} />
        <em style={{ width: share('FAILED') }} />
        <b style={{ width: share('INDETERMINATE') }} />
      </div>
      {checked.map((c, i) => (
        <button
          type="button"
          key={c.document.handle}
          aria-current={i === shown}
          onClick={() => set({ checkedShown: i })}
        >
          <Shape verdict={c.report.verdict} />
          <span className="visually-hidden">{t(`verify.${c.report.verdict}`)}</span>
          <span title={c.document.name}>{c.document.name}</span>
        </button>
      ))}
    </nav>
  );
}

function useDrop(): {
  over: boolean;
  handlers: Record<'onDragOver' | 'onDragLeave' | 'onDrop', (e: DragEvent) => void>;
} {
  const [over, setOver] = useState(false);
  return {
    over,
    handlers: {
      onDragOver: (e) => {
        e.preventDefault();
        setOver(true);
      },
      onDragLeave: (e) => {
        if (!(e.relatedTarget instanceof Node && e.currentTarget.contains(e.relatedTarget))) setOver(false);
      },
      onDrop: (e) => {
        e.preventDefault();
        setOver(false);
        void verifyPaths([...e.dataTransfer.files].map((f) => window.yiqian.pathForFile(f)).filter((p) => p !== ''));
      },
    },
  };
}

export function Verify() {
  const { t } = useTranslation();
  const checked = useDesk((s) => s.checked);
  const shown = useDesk((s) => s.checkedShown);
  const checking = useDesk((s) => s.checking);
  const error = useDesk((s) => s.verifyError);
  const { over, handlers } = useDrop();
  const [current, setCurrent] = useState<{ handle: string; index: number } | null>(null);
  const file = checked[shown];
  if (file === undefined) {
    return (
      <div className="screen" {...handlers}>
        <h1>{t('verify.title')}</h1>
        {error !== null && <ErrorNotice error={error} />}
        <div className={over ? 'drop over' : 'drop'}>
          <SafetyCertificateOutlined className="big-icon" />
          <div className="big" role="status">
            {checking ? t('verify.checking') : over ? t('verify.drop') : t('verify.dropTitle')}
          </div>
          <div>{t('verify.dropText')}</div>
          <Button
            type="primary"
            size="large"
            loading={checking}
            icon={<FolderOpenOutlined />}
            onClick={() => void verifyChosen()}
          >
            {t('verify.choose')}
          </Button>
        </div>
      </div>
    );
  }
  const { document, report } = file;
  const lit = current?.handle === document.handle ? current.index : null;
  return (
    <div className={over ? 'split over' : 'split'} {...handlers}>
      <Viewer
        key={document.handle}
        url={document.url}
        title={
          <>
            {document.name}{' '}
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              title={t('verify.close')}
              aria-label={t('verify.close')}
              onClick={() => closeChecked(shown)}
            />
            {checking && <span className="tag">{t('verify.checking')}</span>}
          </>
        }
        side={checked.length > 1 ? <Files checked={checked} shown={shown} /> : undefined}
        overlay={(page, scale) =>
          report.signatures.map(
            (s) =>
              s.placement?.page === page &&
              s.index === lit && (
                <div
                  key={s.index}
                  className={`place ${s.verdict}`}
                  style={{
                    left: toPixels(s.placement.x, scale),
                    top: toPixels(s.placement.y, scale),
                    width: toPixels(s.placement.width, scale),
                    height: toPixels(s.placement.height, scale),
                  }}
                />
              ),
          )
        }
      />
      <div className="act-column">
        {error !== null && <ErrorNotice error={error} />}
        <ReportPanel
          key={document.handle}
          report={report}
          handle={document.handle}
          current={lit}
          onCurrent={(index) => setCurrent({ handle: document.handle, index })}
        />
      </div>
    </div>
  );
}
