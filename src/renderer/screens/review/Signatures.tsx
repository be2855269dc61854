/** Whose hand the document bears already, each with its verdict. */
import { useTranslation } from 'react-i18next';
import type { SignatureReportView } from '#shared/models.ts';
import { Shape, VerdictTag } from '../../components/Verdict.tsx';
import { dateTime } from '../../format/time.ts';
import { useDesk } from '../../state/store.ts';

export function SignatureTime({ s }: { s: SignatureReportView }) {
  const { t } = useTranslation();
  if (s.trustedTime !== null) return <small>{t('verify.trusted', { at: dateTime(s.trustedTime) })}</small>;
  if (s.claimedTime !== null) return <small>{t('verify.claimed', { at: dateTime(s.claimedTime) })}</small>;
  return null;
}

export function SignatureLine({ s }: { s: SignatureReportView }) {
  const language = useDesk((x) => x.settings.language);
  const worst = s.findings.find((f) => f.verdict === s.verdict && f.verdict !== 'PASSED');
  return (
    <div className="line">
      <Shape verdict={s.verdict} />
      <div className="grow">
        {s.signer?.commonName ?? s.fieldName} <VerdictTag verdict={s.verdict} />
        <SignatureTime s={s} />
        {worst !== undefined && <small>{worst[language]}</small>}
      </div>
    </div>
  );
}
