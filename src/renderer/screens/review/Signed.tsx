/** What came of it: the verdict of the desk's own check, the trusted time beside the claimed one, and where the file is. */
import { DownloadOutlined } from '@ant-design/icons';
import { App, Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { SignResult } from '#shared/models.ts';
import { Shape } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { ask, useDesk } from '../../state/store.ts';

/** ms between the clock of this PC and the trusted time from which the difference is worth a word. */
const CLOCK_DIFFERENCE = 5_000;

export function Signed({ result }: { result: NonNullable<SignResult['signed']> }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const save = async () => {
    const r = await ask('documents:saveAs', { handle: result.document.handle });
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value.path !== null) notification.success({ title: t('review.saved', { path: r.value.path }) });
  };
  const off = result.trustedTime === null ? 0 : Date.parse(result.claimedTime) - Date.parse(result.trustedTime);
  return (
    <div className="section signed" data-outcome="signed" data-uploaded={result.uploaded}>
      <div className="headline">
        <Shape verdict={result.report.verdict} />
        <b>{t('review.signedTitle')}</b>
        <span className="muted">{t(`check.${result.report.verdict}`)}</span>
        <span className="spring" />
        <Button size="small" icon={<DownloadOutlined />} onClick={() => void save()}>
          {t('review.save')}
        </Button>
      </div>
      <dl className="facts">
        <dt>{t('review.trusted')}</dt>
        <dd data-fact="trusted-time" data-value={result.trustedTime ?? ''}>
          {result.trustedTime === null ? t('review.notTrusted') : dateTime(result.trustedTime)}
        </dd>
        <dt>{t('review.claimed')}</dt>
        <dd data-fact="claimed-time" data-value={result.claimedTime}>
          {dateTime(result.claimedTime)}
        </dd>
        <dt>{t('review.format')}</dt>
        <dd data-fact="format">{result.format}</dd>
        <dt>{t('review.serial')}</dt>
        <dd className="mono" data-fact="serial">
          {result.certificateSerial}
        </dd>
        <dt>{t('review.sm3Before')}</dt>
        <dd className="mono digest" data-fact="sm3-before" title={result.sm3Before}>
          {result.sm3Before}
        </dd>
        <dt>{t('review.sm3After')}</dt>
        <dd className="mono digest" data-fact="sm3-after" title={result.sm3After}>
          {result.sm3After}
        </dd>
      </dl>
      {Math.abs(off) >= CLOCK_DIFFERENCE && (
        <p className="tag amber block">
          {t(off < 0 ? 'review.clockSlow' : 'review.clockFast', { n: Math.round(Math.abs(off) / 1000) })}
        </p>
      )}
      <p className={result.uploaded ? 'muted small' : 'tag amber block'}>
        {result.uploaded ? t('review.uploaded') : t('review.uploadWaits')}
      </p>
    </div>
  );
}
