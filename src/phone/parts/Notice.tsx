import type { ReactNode } from 'react';
import type { YqError } from '#core/errors/index.ts';
import { useWords } from '../i18n/index.ts';

export type Tone = 'plain' | 'good' | 'warn' | 'bad';
const shapes: Readonly<Record<Tone, string>> = { plain: 'i', good: '✓', warn: '!', bad: '×' };

/** What happened, and what to do next. */
export function Notice({ tone = 'plain', title, children }: { tone?: Tone; title: string; children?: ReactNode }) {
  return (
    <div className={`notice ${tone}`} role={tone === 'bad' ? 'alert' : 'status'}>
      <b className="shape" aria-hidden="true">
        {shapes[tone]}
      </b>
      <div>
        <b>{title}</b>
        {children !== undefined && <div>{children}</div>}
      </div>
    </div>
  );
}

/** An error in its own words; the code stands small at the end, for the call to IT. */
export function ErrorNotice({ error }: { error: YqError }) {
  const { t, language } = useWords();
  const { what, next } = error.text(language);
  return (
    <Notice tone="bad" title={what}>
      {next} <span className="code">{t('ways.code', { code: error.code })}</span>
    </Notice>
  );
}
