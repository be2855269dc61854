/** One signature, from verdict to evidence: what, why, who, when, how long it lasts, its seal, what it covers, what came after. */
import { SafetyCertificateOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ChangeReportView, SignatureReportView } from '#shared/models.ts';
import { Shape, VerdictTag } from '../../components/Verdict.tsx';
import { useDesk } from '../../state/store.ts';
import { SignatureTime } from '../review/Signatures.tsx';
import { Changes } from './Changes.tsx';
import { Evidence } from './Evidence.tsx';
import { Ladder } from './Ladder.tsx';
import { SealBlock } from './SealBlock.tsx';

/** What speaks against it, each reason once: a finding and the change behind it often bear the same code. */
export function reasonsOf(s: SignatureReportView): { code: string; zh: string; en: string; revision?: number }[] {
  const changes = s.changesAfter.filter((c) => !c.allowed);
  return [...findingsAgainst(s), ...changes];
}

const findingsAgainst = (s: SignatureReportView) =>
  s.findings.filter((f) => f.verdict !== 'PASSED' && !s.changesAfter.some((c) => !c.allowed && c.code === f.code));

export interface SignatureCardProps {
  readonly s: SignatureReportView;
  readonly revisions: number;
  readonly current: boolean;
  /** Everything unfolded, for paper. */
  readonly printing: boolean;
  /** Shows its place on the page. */
  readonly onShow: () => void;
  readonly onSee: (change: ChangeReportView) => void;
}

export function SignatureCard({ s, revisions, current, printing, onShow, onSee }: SignatureCardProps) {
  const { t } = useTranslation();
  const language = useDesk((x) => x.settings.language);
  const [unfolded, setOpen] = useState(false);
  const open = unfolded || printing;
  const covers = s.coverage.wholeFile
    ? t('verify.coversWhole')
    : t('verify.covers', { n: s.coverage.revision ?? '?', all: revisions });
  return (
    <div
      className="section card-line"
      data-signature={s.fieldName}
      data-verdict={s.verdict}
      data-current={current}
      onMouseEnter={onShow}
      onFocus={onShow}
    >
      <div className="line">
        <Shape verdict={s.verdict} />
        <div className="grow">
          <b className="who-signed">{s.signer?.commonName ?? s.fieldName}</b>{' '}
          {s.kind === 'document-timestamp' && <span className="tag">{t('verify.timestamp')}</span>}{' '}
          <VerdictTag verdict={s.verdict} />
          {findingsAgainst(s).map((f, i) => (
            <small key={i} className={s.verdict === 'FAILED' ? 'bad' : ''}>
              {f[language]} <span className="faint">{f.code}</span>
            </small>
          ))}
          <Changes changes={s.changesAfter.filter((c) => !c.allowed)} title={t('verify.changes')} onSee={onSee} />
          <SignatureTime s={s} />
          {s.timeBasis !== 'trusted' && <small>{t(`verify.basis.${s.timeBasis}`)}</small>}
          <small>{[covers, s.algorithm ?? ''].filter((x) => x !== '').join(' · ')}</small>
          {s.certification !== null && (
            <small data-certification={s.certification}>
              <SafetyCertificateOutlined /> {t(`verify.certified.P${s.certification}`)}
            </small>
          )}
          <Ladder level={s.level} />
          {s.seal !== null && <SealBlock seal={s.seal} open={open} />}
          <Button type="link" size="small" className="evidence" aria-expanded={open} onClick={() => setOpen(!unfolded)}>
            {open ? t('verify.hide') : t('verify.evidence')}
          </Button>
          {open && (
            <>
              {s.timeBasis === 'trusted' && <small>{t('verify.basis.trusted')}</small>}
              <Evidence s={s} />
            </>
          )}
        </div>
      </div>
    </div>
  );
}
