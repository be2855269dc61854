/** A seal's picture on white paper, by day and by night; the mm of the seal decide its proportions. */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';

export interface SealPictureProps {
  readonly url: string | null;
  readonly name: string;
  readonly widthMm: number;
  readonly heightMm: number;
  /** Longer side of the box, px. */
  readonly size?: number;
}

export function SealPicture({ url, name, widthMm, heightMm, size = 64 }: SealPictureProps) {
  const { t } = useTranslation();
  const [broken, setBroken] = useState(false);
  const scale = (size - 8) / Math.max(widthMm, heightMm, 1);
  return (
    <span className="seal-picture" style={{ width: size, height: size }}>
      {url === null || broken ? (
        <small>{t('seals.noPicture')}</small>
      ) : (
        <img
          src={url}
          alt={t('seals.picture', { name })}
          style={{ width: widthMm * scale, height: heightMm * scale }}
          onError={() => setBroken(true)}
        />
      )}
    </span>
  );
}
