/** One signature, from verdict to evidence: what, why, who, when, what it covers, what came after. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { SignatureReportView } from '#shared/models.ts';
import { Shape, VerdictTag } from '../../components/Verdict.tsx';
import { dateOnly } from '../../format/time.ts';
import { useDesk } from '../../state/store.ts';
import { SignatureTime } from '../review/Signatures.tsx';

/** What speaks against it, each reason once: a finding and the change behind it often bear the same code. */
export function reasonsOf(s: SignatureReportView): { code: string; zh: string; en: string; revision?: number }[] {
  const changes = s.changesAfter.filter((c) => !c.allowed);
  const findings = s.findings.filter((f) => f.verdict !== 'PASSED' && !changes.some((c) => c.code === f.code));
  return [...findings, ...changes];
}

function Evidence({ s }: { s: SignatureReportView }) {
  const { t } = useTranslation();
  const language = useDesk((x) => x.settings.language);
  return (
    <dl className="facts">
      {s.reason !== null && (
        <>
          <dt>{t('verify.reason')}</dt>
          <dd>{s.reason}</dd>
        </>
      )}
      <dt>{t('verify.chain')}</dt>
      <dd>
        {s.chain.map((c) => (
          <div className="link-of-chain" key={c.serial + c.subject}>
            <b>{c.commonName || c.subject}</b>
            <span className="faint">
              {dateOnly(c.notBefore)} – {dateOnly(c.notAfter)}
            </span>
            <span className="faint mono">{c.serial}</span>
          </div>
        ))}
      </dd>
      {s.timeStampAuthority !== null && (
        <>
          <dt>{t('verify.tsa')}</dt>
          <dd>{s.timeStampAuthority.commonName}</dd>
        </>
      )}
      <dt>{t('verify.algorithm')}</dt>
      <dd>{[s.algorithm, s.digest, s.subFilter].filter((x) => x !== null && x !== '').join(' · ')}</dd>
      <dt>{t('verify.revocation')}</dt>
      <dd>{t(`verify.${s.revocation}`)}</dd>
      <dt>{t('verify.range')}</dt>
      <dd className="mono">[{s.coverage.byteRange.join(' ')}]</dd>
      <dt>{t('verify.field')}</dt>
      <dd>{s.fieldName}</dd>
      <dt>{t('verify.after')}</dt>
      <dd>
        {s.changesAfter.length === 0
          ? t('verify.noChange')
          : s.changesAfter.map((c, i) => (
              <div key={i}>
                {c[language]} <span className="faint">{t('verify.revisionOf', { n: c.revision })}</span>
              </div>
            ))}
      </dd>
    </dl>
  );
}

export interface SignatureCardProps {
  readonly s: SignatureReportView;
  readonly revisions: number;
  readonly current: boolean;
  /** Shows its place on the page. */
  readonly onShow: () => void;
}

export function SignatureCard({ s, revisions, current, onShow }: SignatureCardProps) {
  const { t } = useTranslation();
  const language = useDesk((x) => x.settings.language);
  const [open, setOpen] = useState(false);
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
          {reasonsOf(s).map((f, i) => (
            <small key={i} className={s.verdict === 'FAILED' ? 'bad' : ''}>
              {f[language]}
            </small>
          ))}
          <SignatureTime s={s} />
          <small>
            {[covers, s.level === 'none' ? '' : t('verify.level', { level: s.level }), s.algorithm ?? '']
              .filter((x) => x !== '')
              .join(' · ')}
          </small>
          {reasonsOf(s).length > 0 && (
            <small className="faint">
              {reasonsOf(s)
                .map((f) =>
                  f.revision === undefined ? f.code : `${f.code} · ${t('verify.revisionOf', { n: f.revision })}`,
                )
                .join(' · ')}
            </small>
          )}
          <Button type="link" size="small" className="evidence" aria-expanded={open} onClick={() => setOpen(!open)}>
            {open ? t('verify.hide') : t('verify.evidence')}
          </Button>
          {open && <Evidence s={s} />}
        </div>
      </div>
    </div>
  );
}
