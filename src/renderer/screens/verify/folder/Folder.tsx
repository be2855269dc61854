/** A folder: how far it is, how it comes out as one stacked bar, and every file as a row that opens. */
import { ArrowLeftOutlined, CloseOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useMemo } from 'react';
import { useTranslation } from 'react-i18next';
import { Empty } from '../../../components/Empty.tsx';
import { ErrorNotice } from '../../../components/Notice.tsx';
import {
  arrangeRows,
  backToFolder,
  closeFolder,
  setFolderView,
  stopFolder,
  type FolderFilter,
  type FolderState,
} from '../../../state/folder.ts';
import { ask, useDesk } from '../../../state/store.ts';
import { FileView } from '../FileView.tsx';
import { FolderTable } from './FolderTable.tsx';

function Bar({ p }: { p: FolderState['progress'] }) {
  const { t } = useTranslation();
  const share = (n: number) => `${p.total === 0 ? 0 : (n / p.total) * 100}%`;
  return (
    <div
      className="stacked-bar"
      role="progressbar"
      aria-label={t('folder.progress')}
      aria-valuemin={0}
      aria-valuemax={p.total}
      aria-valuenow={p.done}
    >
      <i data-part="PASSED" style={{ width: share(p.passed) }} />
      <i data-part="FAILED" style={{ width: share(p.failed) }} />
      <i data-part="INDETERMINATE" style={{ width: share(p.indeterminate) }} />
      <i data-part="unreadable" style={{ width: share(p.unreadable) }} />
    </div>
  );
}

function Filters({ p, value }: { p: FolderState['progress']; value: FolderFilter }) {
  const { t } = useTranslation();
  const parts: [FolderFilter, string, number][] = [
    ['all', t('folder.all'), p.done],
    ['PASSED', t('verify.PASSED'), p.passed],
    ['FAILED', t('verify.FAILED'), p.failed],
    ['INDETERMINATE', t('verify.INDETERMINATE'), p.indeterminate],
    ['unreadable', t('folder.unreadable'), p.unreadable],
  ];
  return (
    <div className="filters" role="group" aria-label={t('folder.filter')}>
      {parts.map(([name, word, n]) => (
        <button
          key={name}
          type="button"
          data-filter={name}
          aria-pressed={value === name}
          onClick={() => setFolderView({ filter: name, scroll: 0 })}
        >
          <i aria-hidden="true" data-part={name} />
          {word} <b>{n}</b>
        </button>
      ))}
    </div>
  );
}

export function Folder({ folder }: { folder: FolderState }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const { progress: p, rows, filter, sort, opened } = folder;
  const shown = useMemo(() => arrangeRows(rows, filter, sort), [rows, filter, sort]);
  if (opened !== null) {
    return (
      <div className="split">
        <FileView
          file={opened}
          title={
            <>
              <Button type="text" size="small" icon={<ArrowLeftOutlined />} data-back="" onClick={backToFolder}>
                {t('folder.back')}
              </Button>{' '}
              {opened.document.name}
            </>
          }
        />
      </div>
    );
  }
  const save = async (kind: 'csv' | 'json') => {
    const r = await ask('verify:folderExport', { jobId: folder.jobId, kind });
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value.path !== null) notification.success({ title: t('folder.exported', { path: r.value.path }) });
  };
  const running = p.state === 'running';
  return (
    <div className="screen folder" data-folder={p.state} data-done={p.done}>
      <div className="heading">
        <h1>{t('folder.title')}</h1>
        <span className="muted">{p.folder}</span>
        <span className="muted" role="status">
          {t(`folder.${p.state}`)} {t('folder.of', { done: p.done, total: p.total })}
        </span>
        <span className="spring" />
        <span className="buttons">
          {running ? (
            <Button data-stop="" disabled={folder.stopping} onClick={stopFolder}>
              {t(folder.stopping ? 'folder.stopping' : 'folder.stop')}
            </Button>
          ) : (
            <>
              <Button disabled={p.done === 0} onClick={() => void save('json')}>
                {t('folder.json')}
              </Button>
              <Button type="primary" disabled={p.done === 0} onClick={() => void save('csv')}>
                {t('folder.csv')}
              </Button>
            </>
          )}
          <Button
            icon={<CloseOutlined />}
            aria-label={t('folder.close')}
            title={t('folder.close')}
            onClick={closeFolder}
          />
        </span>
      </div>
      <Bar p={p} />
      <Filters p={p} value={filter} />
      {folder.error !== null && (
        <div className="gap">
          <ErrorNotice error={folder.error} />
        </div>
      )}
      {p.total === 0 ? (
        <Empty title={t('folder.empty')} />
      ) : (
        <FolderTable rows={shown} folder={folder} running={running} />
      )}
    </div>
  );
}
