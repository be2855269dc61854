/** The picture on millimetre paper, drawn anew while the person types; the last word asked for wins. */
import { useEffect, useMemo, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { ask } from '../../state/store.ts';
import { drawingOf, type SealDraft } from './draft.ts';
import { mm } from './SealCard.tsx';

/** px per mm of the preview: 60 mm, the largest drawing, fit in. */
const SCALE = 4.6;
/** ms without typing before the picture is drawn. */
const PAUSE = 200;

interface Drawn {
  readonly url: string;
  readonly widthMm: number;
  readonly heightMm: number;
}

export function Preview({ draft }: { draft: SealDraft }) {
  const { t } = useTranslation();
  const [drawn, setDrawn] = useState<Drawn | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const wanted = useMemo(() => JSON.stringify(drawingOf(draft)), [draft]);
  useEffect(() => {
    let late = false;
    const drawing = JSON.parse(wanted) as ReturnType<typeof drawingOf>;
    if (drawing === null) {
      setDrawn(null);
      setError(null);
      return;
    }
    const timer = setTimeout(() => {
      void ask('seals:draw', drawing).then((r) => {
        if (late) return;
        setError(r.ok ? null : r.error);
        if (r.ok) setDrawn(r.value);
      });
    }, PAUSE);
    return () => {
      late = true;
      clearTimeout(timer);
    };
  }, [wanted]);
  const file = draft.kind === 'file' ? draft.file : null;
  const shown: Drawn | null =
    file !== null ? { url: file.url, widthMm: draft.fileWidth, heightMm: draft.fileHeight } : drawn;
  const fit = shown === null ? 1 : Math.min(1, 64 / Math.max(shown.widthMm, shown.heightMm));
  return (
    <aside className="preview" aria-label={t('seals.preview')}>
      <div className="mm-paper" data-preview={shown === null ? 'empty' : 'shown'}>
        {shown === null ? (
          <span className="small">{t('seals.previewEmpty')}</span>
        ) : (
          <img
            src={shown.url}
            alt={t('seals.preview')}
            style={{ width: shown.widthMm * SCALE * fit, height: shown.heightMm * SCALE * fit }}
          />
        )}
      </div>
      <div className="small muted" role="status">
        {shown !== null && `${t('seals.mm', { w: mm(shown.widthMm), h: mm(shown.heightMm) })} · `}
        {t('seals.grid')}
      </div>
      {error !== null && <ErrorNotice error={error} tone="amber" />}
    </aside>
  );
}
