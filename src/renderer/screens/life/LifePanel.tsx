/** The record's life beside the page: returned and why, an intern's, the chain of signers, the versions, what I may do with it. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { RecordLife } from '#shared/life.ts';
import type { RecordSummary } from '#shared/models.ts';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { dateTime } from '../../format/time.ts';
import type { ReviewState } from '../../state/store.ts';
import { Chain } from './Chain.tsx';
import { LifeActs } from './LifeActs.tsx';
import { Versions } from './Versions.tsx';

export function LifePanel({ review, onEdit }: { review: ReviewState; onEdit: () => void }) {
  const { record } = review.opened;
  if (review.lifeError !== null) {
    return (
      <div className="section">
        <ErrorNotice error={review.lifeError} tone="amber" />
      </div>
    );
  }
  if (review.life === null) return null;
  return <LifeSections record={record} life={review.life} onEdit={onEdit} />;
}

/** The versions, below what is to be decided. */
export function VersionsPanel({ record, life, shown }: { record: RecordSummary; life: RecordLife; shown: number }) {
  const { t } = useTranslation();
  const [all, setAll] = useState(false);
  if (life.versions.length < 2) return null;
  const newest = [...life.versions].sort((a, b) => b.version - a.version);
  return (
    <div className="section">
      <h3>
        {t('life.versions')} · {life.versions.length}
      </h3>
      <Versions record={record} versions={all ? newest : newest.slice(0, 3)} shown={shown} />
      {newest.length > 3 && !all && (
        <Button size="small" type="text" onClick={() => setAll(true)}>
          {t('life.allVersions', { n: newest.length })}
        </Button>
      )}
    </div>
  );
}

export interface LifeSectionsProps {
  readonly record: RecordSummary;
  readonly life: RecordLife;
  /** Absent where a version is only looked at. */
  readonly onEdit?: () => void;
}

export function LifeSections({ record, life, onEdit }: LifeSectionsProps) {
  const { t } = useTranslation();
  const next = life.steps.find((s) => s.state === 'next');
  return (
    <>
      {life.returned !== null && (
        <div className="section" data-returned="">
          <Notice
            tone="amber"
            title={t('life.returnedBy', { name: life.returned.by, at: dateTime(life.returned.at).slice(5, 16) })}
          >
            <q>{life.returned.reason}</q>
          </Notice>
        </div>
      )}
      {life.byIntern && onEdit !== undefined && (
        <div className="section" data-intern="">
          <Notice tone="amber" title={t('life.internTitle')}>
            {t('life.internText')}
          </Notice>
        </div>
      )}
      {!life.may.sign && onEdit !== undefined && life.returned === null && (
        <div className="section" data-not-mine="">
          <Notice tone="amber" title={t('life.notMine')}>
            {next !== undefined && next.person !== '' && t('life.nextIs', { name: next.person })}
          </Notice>
        </div>
      )}
      {life.steps.length > 0 && (
        <div className="section">
          <h3>
            {t('life.chain')}
            {life.urgent !== null && life.urgent.reason !== '' && ` · ${t('life.urgentBy', { name: life.urgent.by })}`}
          </h3>
          {life.urgent !== null && life.urgent.reason !== '' && <small className="quote">{life.urgent.reason}</small>}
          <Chain steps={life.steps} />
          <LifeActs record={record} life={life} onEdit={onEdit} />
        </div>
      )}
    </>
  );
}
