/** The batch that runs, or ended and was not put away, at the foot of the list. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { go } from '../../state/actions.ts';
import { leftOver, running, stopBatch } from '../../state/batch.ts';
import { useDesk } from '../../state/store.ts';
import { openCount, ProgressBar, TimeLeft } from '../batch/Progress.tsx';

export function BatchDock() {
  const { t } = useTranslation();
  const view = useDesk((s) => s.batch?.view ?? null);
  if (view === null) return null;
  const word = running(view) ? 'now' : view.state === 'interrupted' ? 'interrupted' : 'last';
  return (
    <div className="batch-dock" data-dock={view.state}>
      <b>{t(`batch.dock.${word}`)}</b>
      <ProgressBar view={view} />
      <span role="status">
        {t('batch.counts', { signed: view.signed, failed: view.failed, left: openCount(view) + view.notBegun })}
      </span>
      <TimeLeft view={view} />
      {running(view) && (
        <Button disabled={view.state === 'cancelling'} onClick={stopBatch}>
          {t(view.state === 'cancelling' ? 'batch.stopping' : 'batch.stopShort')}
        </Button>
      )}
      <Button type={!running(view) && leftOver(view) > 0 ? 'primary' : 'default'} onClick={() => go('batch')}>
        {t('batch.look')}
      </Button>
    </div>
  );
}
