import { useRef, useState } from 'react';
import { useWords } from '../i18n/index.ts';
import { Frame } from '../parts/Frame.tsx';
import { ErrorNotice, Notice } from '../parts/Notice.tsx';
import { PinField, type PinHandle } from '../parts/PinField.tsx';
import { confirmEnrolled, enrol, go, goHome } from '../state/flow.ts';
import { usePage, type View } from '../state/store.ts';
import { isWeakPin } from '../weak-pin.ts';

export function Enrol({ view }: { view: Extract<View, { at: 'enrol' }> }) {
  const { t } = useWords();
  const before = usePage((s) => s.key);
  const pin = useRef<PinHandle>(null);
  const again = useRef<PinHandle>(null);
  const [complaint, setComplaint] = useState<'differ' | 'weak' | null>(null);
  const submit = (): void => {
    const first = pin.current?.peek() ?? '';
    const second = again.current?.peek() ?? '';
    const wrong = first !== second ? 'differ' : isWeakPin(first) ? 'weak' : null;
    setComplaint(wrong);
    if (wrong !== null) {
      (wrong === 'differ' ? again : pin).current?.focus();
      return;
    }
    pin.current?.take();
    again.current?.take();
    void enrol(first);
  };
  const { error } = view;
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (!view.making) submit();
      }}
    >
      <Frame
        title={t('enrol.title')}
        back={view.making ? undefined : goHome}
        foot={
          error?.code === 'COSIGN_CODE' ? (
            <button
              type="button"
              className="button main whole"
              onClick={() => go({ at: 'scan', wanted: 'enrol', typing: false })}
            >
              {t('ways.scan')}
            </button>
          ) : (
            <button type="submit" className="button main whole" disabled={view.making}>
              {t(view.making ? 'enrol.making' : 'enrol.make')}
            </button>
          )
        }
      >
        {error !== null && <ErrorNotice error={error} />}
        {before !== null && error === null && (
          <Notice tone="warn" title={t('enrol.replaces')}>
            {t('enrol.replacesNext', { name: before.name })}
          </Notice>
        )}
        <dl className="facts">
          <dt>{t('enrol.code')}</dt>
          <dd className="mono">{view.code.replace(/(.{4})(?=.)/g, '$1 ')}</dd>
        </dl>
        <PinField ref={pin} label={t('enrol.pin')} under={t('enrol.rules')} wrong={complaint === 'weak'} />
        <PinField ref={again} label={t('enrol.again')} wrong={complaint === 'differ'} keyboardChoice={false} />
        {complaint !== null && <Notice tone="bad" title={t(`enrol.${complaint}`)} />}
        <p className="muted">{t('enrol.kept')}</p>
        <Notice title={t('enrol.lost')}>{t('enrol.lostNext')}</Notice>
      </Frame>
    </form>
  );
}

/** The service names the person only now: a code that was mixed up is found out here. */
export function Enrolled({ view }: { view: Extract<View, { at: 'enrolled' }> }) {
  const { t } = useWords();
  const [answered, setAnswered] = useState(false);
  const answer = (mine: boolean): void => {
    setAnswered(true);
    void confirmEnrolled(mine);
  };
  return (
    <Frame
      title={t('enrolled.title')}
      foot={
        <>
          <button
            type="button"
            className="button"
            data-answer="not-mine"
            disabled={answered}
            onClick={() => answer(false)}
          >
            {t('enrolled.notMine')}
          </button>
          <button
            type="button"
            className="button main"
            data-answer="mine"
            disabled={answered}
            onClick={() => answer(true)}
          >
            {t('enrolled.mine')}
          </button>
        </>
      }
    >
      <p>{t('enrolled.lead')}</p>
      <section className="card">
        <p className="person">{view.key.name}</p>
        <p className="muted">{view.key.department}</p>
      </section>
      {view.lasting ? (
        <Notice tone="good" title={t('enrolled.lasting')} />
      ) : (
        <Notice tone="warn" title={t('enrolled.notLasting')}>
          {t('enrolled.notLastingNext')}
        </Notice>
      )}
    </Frame>
  );
}
