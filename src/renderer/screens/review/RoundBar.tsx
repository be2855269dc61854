/** 逐份审阅 in one line: how far, how decided, and the way out. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import { endRound, leaveOut, roundPlace } from '../../state/round.ts';
import { useDesk } from '../../state/store.ts';

export function RoundBar() {
  const { t } = useTranslation();
  useDesk((s) => s.round);
  useDesk((s) => s.review?.opened);
  useDesk((s) => s.approved);
  const place = roundPlace();
  if (place === null) return null;
  const share = (n: number) => `${(n / place.of) * 100}%`;
  return (
    <div className="round" data-round={place.at} data-approved={place.approved} data-left-out={place.leftOut}>
      <b>{t('round.title', { i: place.at, n: place.of })}</b>
      <span
        className="progress"
        role="progressbar"
        aria-label={t('round.label')}
        aria-valuemin={0}
        aria-valuemax={place.of}
        aria-valuenow={place.of - place.open}
      >
        <i style={{ width: share(place.approved) }} />
        <u style={{ width: share(place.leftOut) }} />
      </span>
      <span className="muted" role="status">
        {t('round.counts', { approved: place.approved, leftOut: place.leftOut, open: place.open })}
      </span>
      <span className="spring" />
      <Button size="small" disabled={place.at === 0} onClick={leaveOut}>
        {t('round.leaveOut')}
        <kbd>X</kbd>
      </Button>
      <Button size="small" type="text" onClick={endRound}>
        {t('round.end')}
      </Button>
    </div>
  );
}
