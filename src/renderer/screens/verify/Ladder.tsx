/** How long a signature will last, as four rungs: signed, timed, with its evidence, with the evidence sealed for the archive. */
import { useTranslation } from 'react-i18next';
import type { SignatureReportView } from '#shared/models.ts';

const RUNGS = ['B-B', 'B-T', 'B-LT', 'B-LTA'] as const;

export function Ladder({ level }: { level: SignatureReportView['level'] }) {
  const { t } = useTranslation();
  if (level === 'none') return <small>{t('verify.ladderNone')}</small>;
  const reached = RUNGS.indexOf(level);
  return (
    <ol className="ladder" data-level={level} aria-label={t('verify.ladder', { level })}>
      {RUNGS.map((rung, i) => (
        <li key={rung} data-reached={i <= reached} title={rung}>
          <b>{rung.slice(2)}</b>
          {t(`verify.rungs.${rung}`)}
        </li>
      ))}
    </ol>
  );
}
