/** 验签: files or a folder, dropped or chosen, each with its verdict; the page at the left shows where each signature stands. */
import { CloseOutlined, FolderOpenOutlined, FolderOutlined, SafetyCertificateOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState, type DragEvent } from 'react';
import { useTranslation } from 'react-i18next';
import { ErrorNotice } from '../../components/Notice.tsx';
import { Shape } from '../../components/Verdict.tsx';
import { verifyFolder } from '../../state/folder.ts';
import { set, useDesk, type Checked } from '../../state/store.ts';
import { closeChecked, verifyChosen, verifyPaths } from '../../state/verifying.ts';
import { FileView } from './FileView.tsx';
import { Folder } from './folder/Folder.tsx';

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

/** A folder among what was dropped is judged as a folder; files as files. */
function dropped(transfer: DataTransfer): void {
  const folder = [...transfer.items].find((i) => i.webkitGetAsEntry()?.isDirectory === true)?.getAsFile();
  if (folder != null) return void verifyFolder(window.yiqian.pathForFile(folder));
  void verifyPaths([...transfer.files].map((f) => window.yiqian.pathForFile(f)).filter((p) => p !== ''));
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
        dropped(e.dataTransfer);
      },
    },
  };
}

function Invitation({ over }: { over: boolean }) {
  const { t } = useTranslation();
  const checking = useDesk((s) => s.checking);
  const error = useDesk((s) => s.verifyError);
  return (
    <>
      <div className="heading">
        <h1>{t('verify.title')}</h1>
        <span className="spring" />
        <Button
          icon={<FolderOutlined />}
          data-choose-folder=""
          disabled={checking}
          onClick={() => void verifyFolder(null)}
        >
          {t('verify.chooseFolder')}
        </Button>
      </div>
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
    </>
  );
}

export function Verify() {
  const { t } = useTranslation();
  const checked = useDesk((s) => s.checked);
  const shown = useDesk((s) => s.checkedShown);
  const checking = useDesk((s) => s.checking);
  const error = useDesk((s) => s.verifyError);
  const folder = useDesk((s) => s.folder);
  const { over, handlers } = useDrop();
  if (folder !== null) return <Folder folder={folder} />;
  const file = checked[shown];
  if (file === undefined) {
    return (
      <div className="screen" {...handlers}>
        <Invitation over={over} />
      </div>
    );
  }
  return (
    <div className={over ? 'split over' : 'split'} {...handlers}>
      <FileView
        key={file.document.handle}
        file={file}
        notice={error === null ? undefined : <ErrorNotice error={error} />}
        title={
          <>
            {file.document.name}{' '}
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
      />
    </div>
  );
}
