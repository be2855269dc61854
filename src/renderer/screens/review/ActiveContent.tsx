/** A document that can change its look is not signed as it is: what was found, and the way to sign a copy without it. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { Dialog } from '../../components/Dialog.tsx';
import { ErrorNotice, Notice } from '../../components/Notice.tsx';
import { setDropActive } from '../../state/actions.ts';
import { useDesk, type ReviewState } from '../../state/store.ts';

/** The things that the error's sentence names, one by one; without any, what IT would be told. */
export function thingsOf(error: WireError, language: 'zh' | 'en'): string[] {
  const named = /^[^：:]*[：:]\s*(.+?)[。.]?$/s.exec(error[language].what)?.[1];
  const list = named?.split(/；|;\s/) ?? error.detail?.split(/[;,]\s*/) ?? [];
  return list.map((x) => x.trim()).filter((x) => x !== '');
}

export interface ActiveContentProps {
  readonly review: ReviewState;
  readonly error: WireError;
  readonly signed: boolean;
}

export function ActiveContent({ review, error, signed }: ActiveContentProps) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const [asking, setAsking] = useState(false);
  const things = thingsOf(error, language);
  const list = (
    <ul className="things">
      {things.map((x) => (
        <li key={x}>{x}</li>
      ))}
    </ul>
  );
  if (review.dropActive) {
    return (
      <div className="section" data-active-content="dropped">
        <h3>{t('active.title')}</h3>
        <Notice
          tone="amber"
          title={t(signed ? 'active.done' : 'active.copy')}
          action={
            signed ? undefined : (
              <Button size="small" disabled={review.signing} onClick={() => setDropActive(false)}>
                {t('active.undo')}
              </Button>
            )
          }
        >
          {list}
        </Notice>
      </div>
    );
  }
  return (
    <div className="section" data-active-content="blocked">
      <h3>{t('review.blocked')}</h3>
      <ErrorNotice error={error} tone="amber" />
      <Button className="below" data-drop-active="" onClick={() => setAsking(true)}>
        {t('active.offer')}
      </Button>
      {asking && (
        <Dialog
          title={t('active.title')}
          onClose={() => setAsking(false)}
          width={520}
          actions={
            <>
              <Button size="large" onClick={() => setAsking(false)}>
                {t('common.cancel')}
              </Button>
              <Button
                type="primary"
                size="large"
                data-confirm=""
                onClick={() => {
                  setAsking(false);
                  setDropActive(true);
                }}
              >
                {t('active.agree')}
              </Button>
            </>
          }
        >
          <p>{t('active.text')}</p>
          {list}
          <p className="muted">{t('active.original')}</p>
        </Dialog>
      )}
    </div>
  );
}
