/** The GB/T 38540 seal of a signature: picture, name, maker, validity, and every step of its check. */
import { useTranslation } from 'react-i18next';
import type { SealReportView } from '#shared/models.ts';
import { Checks } from '../../components/Checks.tsx';
import { SealPicture } from '../../components/SealPicture.tsx';
import { VerdictTag } from '../../components/Verdict.tsx';
import { dateOnly, dateTime } from '../../format/time.ts';
import { mm, STANDARDS } from '../seals/SealCard.tsx';

export function SealBlock({ seal, open }: { seal: SealReportView; open: boolean }) {
  const { t } = useTranslation();
  const { widthMm, heightMm, url } = seal.picture;
  return (
    <div className="seal-block" data-seal={seal.id} data-verdict={seal.verdict}>
      <SealPicture url={url} name={seal.name} widthMm={widthMm} heightMm={heightMm} size={64} />
      <div className="grow">
        <b>{seal.name}</b> <VerdictTag verdict={seal.verdict} />
        <small>
          {t('seals.maker')} {seal.maker?.commonName ?? '—'} · {dateOnly(seal.validFrom)} – {dateOnly(seal.validTo)}
        </small>
        <small>{t('verify.sealSigned', { at: dateTime(seal.signedAt) })}</small>
      </div>
      {open && (
        <div className="seal-evidence">
          <small>
            {t('seals.mm', { w: mm(widthMm), h: mm(heightMm) })} · {STANDARDS[seal.version]} ·{' '}
            {t(`verify.carrier.${seal.carrier}`)} · <span className="mono">{seal.id}</span>
          </small>
          <Checks findings={seal.findings} label={t('seals.checks')} />
        </div>
      )}
    </div>
  );
}
