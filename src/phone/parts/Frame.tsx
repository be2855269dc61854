import { useEffect, useRef, useState, type ReactNode } from 'react';
import { useWords } from '../i18n/index.ts';

export function Mark({ big = false }: { big?: boolean }) {
  return (
    <div className={big ? 'mark big' : 'mark'} aria-hidden="true">
      医
      <br />签
    </div>
  );
}

/** One screen: its name, what it says, and what can be done with it. */
export function Frame({
  title,
  back,
  aside,
  foot,
  middle = false,
  children,
}: {
  title: string;
  back?: (() => void) | undefined;
  aside?: ReactNode;
  foot?: ReactNode;
  middle?: boolean;
  children: ReactNode;
}) {
  const { t } = useWords();
  const heading = useRef<HTMLHeadingElement>(null);
  // A new screen is read out from its name on, and begins at its top.
  useEffect(() => {
    heading.current?.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  }, []);
  return (
    <div className="frame">
      <header className="head">
        {back !== undefined && (
          <button type="button" className="link back" onClick={back}>
            ‹ {t('app.back')}
          </button>
        )}
        <h1 ref={heading} tabIndex={-1}>
          {title}
        </h1>
        {aside ?? <Mark />}
      </header>
      <main className={middle ? 'body middle' : 'body'}>{children}</main>
      {foot !== undefined && <Foot>{foot}</Foot>}
    </div>
  );
}

/** Stays in reach at the lower edge, unless the person's text is so large that it would hide what is said. */
const HIDES = 0.35;

function Foot({ children }: { children: ReactNode }) {
  const foot = useRef<HTMLElement>(null);
  const [loose, setLoose] = useState(false);
  useEffect(() => {
    const measure = (): void => setLoose((foot.current?.offsetHeight ?? 0) > innerHeight * HIDES);
    const observer = new ResizeObserver(measure);
    if (foot.current !== null) observer.observe(foot.current);
    addEventListener('resize', measure);
    return () => {
      observer.disconnect();
      removeEventListener('resize', measure);
    };
  }, []);
  return (
    <footer ref={foot} className={loose ? 'foot loose' : 'foot'}>
      {children}
    </footer>
  );
}
