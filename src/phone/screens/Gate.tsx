import { useWords } from '../i18n/index.ts';
import { Frame, Mark } from '../parts/Frame.tsx';
import { ErrorNotice } from '../parts/Notice.tsx';
import { answerSecond } from '../state/flow.ts';
import { Sheet } from '../parts/Sheet.tsx';
import type { View } from '../state/store.ts';

export function Starting() {
  const { t } = useWords();
  return (
    <Frame title={t('app.title')} aside={null} middle>
      <Mark big />
      <p className="muted">{t('app.starting')}</p>
    </Frame>
  );
}

/** The page can't work in this browser, or not as it was opened. */
export function Stopped({ view }: { view: Extract<View, { at: 'stopped' }> }) {
  const { t } = useWords();
  return (
    <Frame
      title={t('app.title')}
      foot={
        <button type="button" className="button whole" onClick={() => location.reload()}>
          {t('ways.reload')}
        </button>
      }
    >
      <ErrorNotice error={view.error} />
    </Frame>
  );
}

/** One tab at a time. */
export function Elsewhere({ view, onHere }: { view: Extract<View, { at: 'elsewhere' }>; onHere: () => void }) {
  const { t } = useWords();
  return (
    <Frame
      title={t('app.title')}
      middle
      foot={
        <button type="button" className="button whole" onClick={onHere}>
          {t('elsewhere.here')}
        </button>
      }
    >
      <h2>{t(`elsewhere.${view.why}`)}</h2>
      <p className="muted">{t(`elsewhere.${view.why}Next`)}</p>
    </Frame>
  );
}

/** A second code came while something is under way. */
export function SecondCode() {
  const { t } = useWords();
  return (
    <Sheet title={t('second.title')} lead={t('second.lead')} onShut={() => answerSecond(false)}>
      <button type="button" className="button main" onClick={() => answerSecond(false)}>
        {t('second.stay')}
      </button>
      <button type="button" className="button" onClick={() => answerSecond(true)}>
        {t('second.go')}
      </button>
    </Sheet>
  );
}
