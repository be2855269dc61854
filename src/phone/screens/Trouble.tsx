import { documentsSigned } from '../device/types.ts';
import { useWords } from '../i18n/index.ts';
import { Frame } from '../parts/Frame.tsx';
import { ErrorNotice } from '../parts/Notice.tsx';
import { go, goHome } from '../state/flow.ts';
import { usePage, type View } from '../state/store.ts';
import { waysOn, type Way } from '../ways.ts';

/** What did not work, in the error's words, and the ways on; the first is the one to take. */
export function Trouble({ view }: { view: Extract<View, { at: 'trouble' }> }) {
  const { t } = useWords();
  const hasKey = usePage((s) => s.key !== null);
  const { error, asked, progress, again } = view;
  const signed = asked === null || progress === null ? 0 : documentsSigned(asked.request, progress);
  const can: Readonly<Record<Way, (() => void) | null>> = {
    // Where a PIN was asked for it is asked for again; here that step is over, and the code is scanned anew.
    pin: null,
    again,
    scan: () => go({ at: 'scan', wanted: hasKey ? 'request' : 'enrol', typing: false }),
    enrol: () => go({ at: 'scan', wanted: 'enrol', typing: false }),
    home: goHome,
    reload: () => location.reload(),
  };
  const offered = waysOn(error).filter((way) => can[way] !== null);
  const shown = offered.includes('home') ? offered : [...offered, 'home' as const];
  return (
    <Frame
      title={t('trouble.title')}
      foot={shown.map((way, i) => (
        <button
          key={way}
          type="button"
          className={i === 0 ? 'button main whole' : 'button whole'}
          onClick={() => can[way]?.()}
        >
          {t(`ways.${way === 'pin' ? 'again' : way}`)}
        </button>
      ))}
    >
      <ErrorNotice error={error} />
      {asked !== null && (
        <section className="card">
          <p>{asked.request.desk}</p>
          <p className="muted">{signed > 0 ? t('trouble.someSigned', { n: signed }) : t('trouble.noneSigned')}</p>
        </section>
      )}
    </Frame>
  );
}
