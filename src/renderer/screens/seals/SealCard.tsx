/** One seal of the list, from verdict to every step of its check. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SealView } from '#shared/models.ts';
import { Checks } from '../../components/Checks.tsx';
import { SealPicture } from '../../components/SealPicture.tsx';
import { VerdictTag } from '../../components/Verdict.tsx';
import { dateOnly } from '../../format/time.ts';
import { useDesk } from '../../state/store.ts';

/** What each structure is called by its standard. */
export const STANDARDS = { 1: 'GM/T 0031-2014', 4: 'GB/T 38540-2020', 5: 'GM/T 0031-2025' } as const;

/** The seal types that have words of their own. */
export const SEAL_TYPES = { 1: 'organisation', 2: 'personal' } as const;

export function useSealType(): (type: number) => string {
  const { t } = useTranslation();
  return (type) =>
    type === 1 || type === 2 ? t(`seals.types.${SEAL_TYPES[type]}`) : t('seals.typeOther', { n: type });
}

/** mm as people write them: no trailing zeros. */
export const mm = (n: number): string => String(Math.round(n * 10) / 10);

export function SealCard({ seal, onRemove }: { seal: SealView; onRemove: () => void }) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const typeWord = useSealType();
  const [open, setOpen] = useState(false);
  const worst = seal.findings.find((f) => f.verdict === seal.verdict && f.verdict !== 'PASSED');
  return (
    <section
      className="card seal-card"
      data-seal={seal.id}
      data-verdict={seal.verdict}
      data-mine={seal.mine}
      aria-label={seal.name}
    >
      <SealPicture url={seal.pictureUrl} name={seal.name} widthMm={seal.widthMm} heightMm={seal.heightMm} size={92} />
      <div className="grow">
        <div className="title">
          <h2>{seal.name}</h2>
          <VerdictTag verdict={seal.verdict} />
          <span className={seal.mine ? 'tag jade' : 'tag'}>{t(seal.mine ? 'seals.mine' : 'seals.notMine')}</span>
          <span className="tag">{t(`seals.sources.${seal.source}`)}</span>
        </div>
        {worst !== undefined && (
          <p className={seal.verdict === 'FAILED' ? 'why bad' : 'why unsure'}>{worst[language]}</p>
        )}
        <dl className="facts wide">
          <dt>{t('seals.holders')}</dt>
          <dd>{seal.holders.join(t('common.comma'))}</dd>
          <dt>{t('seals.validity')}</dt>
          <dd>{t('keys.valid', { from: dateOnly(seal.validFrom), to: dateOnly(seal.validTo) })}</dd>
          <dt>{t('seals.maker')}</dt>
          <dd>{seal.maker}</dd>
          <dt>{t('seals.size')}</dt>
          <dd>
            {t('seals.mm', { w: mm(seal.widthMm), h: mm(seal.heightMm) })} · {typeWord(seal.type)}
          </dd>
        </dl>
        {open && (
          <>
            <dl className="facts wide">
              <dt>{t('seals.id')}</dt>
              <dd className="mono">{seal.id}</dd>
              <dt>{t('seals.version')}</dt>
              <dd>{STANDARDS[seal.version]}</dd>
            </dl>
            <h3>{t('seals.checks')}</h3>
            <Checks findings={seal.findings} label={t('seals.checks')} />
          </>
        )}
      </div>
      <div className="side-buttons">
        <Button aria-expanded={open} onClick={() => setOpen(!open)}>
          {t(open ? 'seals.hide' : 'seals.details')}
        </Button>
        {seal.source === 'imported' && (
          <Button type="text" onClick={onRemove}>
            {t('seals.remove')}
          </Button>
        )}
      </div>
    </section>
  );
}
