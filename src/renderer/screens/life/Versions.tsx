/** Every version with the signatures made on it: an earlier signature stays with the version it was made on. */
import { Button } from 'antd';
import { useTranslation } from 'react-i18next';
import type { RecordLife } from '#shared/life.ts';
import type { RecordSummary } from '#shared/models.ts';
import { Shape, VerdictWord } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { compareVersions, look } from '../../state/life.ts';

export interface VersionsProps {
  readonly record: RecordSummary;
  /** Newest first. */
  readonly versions: RecordLife['versions'];
  /** The version on the page. */
  readonly shown: number;
}

export function Versions({ record, versions, shown }: VersionsProps) {
  const { t } = useTranslation();
  return (
    <ul className="versions">
      {versions.map((v) => (
        <li key={v.version} data-version={v.version} data-state={v.state} aria-current={v.version === shown}>
          <div className="grow">
            <b>{t('worklist.nth', { n: v.version })}</b>{' '}
            <span className={v.state === 'returned' ? 'tag rose' : 'tag'}>{t(`life.version.${v.state}`)}</span>
            <small>
              {v.author}
              {v.authorLevel !== null && ` · ${t(`life.levels.${v.authorLevel}`)}`} ·{' '}
              {dateTime(v.submittedAt).slice(5, 16)}
            </small>
            {v.reason !== null && v.reason !== '' && <small className="quote">{v.reason}</small>}
            {v.signatures.map((s, i) => (
              <small key={i} className="signed-by">
                {s.verdict === null ? (
                  <span className="shape neutral" aria-hidden="true" />
                ) : (
                  <>
                    <Shape verdict={s.verdict} />
                    <VerdictWord verdict={s.verdict} />
                  </>
                )}
                {s.person} {s.role} · {dateTime(s.at).slice(5, 16)}
              </small>
            ))}
          </div>
          {v.version !== shown && (
            <span className="version-acts">
              <Button size="small" data-look={v.version} onClick={() => void look(record, v.version)}>
                {t('life.look')}
              </Button>
              <Button
                size="small"
                data-compare={v.version}
                onClick={() => void compareVersions(record, Math.min(v.version, shown), Math.max(v.version, shown))}
              >
                {t('life.compare')}
              </Button>
            </span>
          )}
        </li>
      ))}
    </ul>
  );
}
