/** What a signature's verdict rests on, for those who check it again. */
import { useTranslation } from 'react-i18next';
import type { SignatureReportView } from '#shared/models.ts';
import { Checks } from '../../components/Checks.tsx';
import { dateOnly } from '../../format/time.ts';
import { Changes } from './Changes.tsx';

export function Evidence({ s }: { s: SignatureReportView }) {
  const { t } = useTranslation();
  const allowed = s.changesAfter.filter((c) => c.allowed);
  return (
    <>
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
        {s.changesAfter.length === 0 && (
          <>
            <dt>{t('verify.after')}</dt>
            <dd>{t('verify.noChange')}</dd>
          </>
        )}
      </dl>
      {allowed.length > 0 && (
        <>
          <h4 className="of-evidence">{t('verify.allowedChanges')}</h4>
          <Changes changes={allowed} title={t('verify.allowedChanges')} />
        </>
      )}
      {s.findings.length > 0 && (
        <>
          <h4 className="of-evidence">{t('seals.checks')}</h4>
          <Checks findings={s.findings} label={t('seals.checks')} />
        </>
      )}
    </>
  );
}
