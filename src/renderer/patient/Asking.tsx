/** Before anything is taken: one question per view, yes and no of the same weight, and a way on whatever the answer is (个人信息保护法 art. 29). */
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { PatientPage } from '#shared/consent.ts';
import type { WireError } from '#shared/errors.ts';
import { BigWords } from './Big.tsx';
import { asksOf, type Ask } from './flow.ts';
import { ask, show } from './page.ts';
import { Trouble } from './Trouble.tsx';

const NOTHING = { handwriting: false, fingerprint: false, photo: false } as const;

export function Asking({ page, onBack }: { page: PatientPage; onBack: () => void }) {
  const { t } = useTranslation();
  const asks = asksOf(page);
  const [given, setGiven] = useState<readonly boolean[]>([]);
  const [again, setAgain] = useState(false);
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);

  const send = async (answers: Record<Ask, boolean>) => {
    setBusy(true);
    setError(null);
    const r = await ask('patient:allow', answers);
    setBusy(false);
    setGiven([]);
    setAgain(false);
    if (r.ok) show(r.value);
    else setError(r.error);
  };
  const answer = (yes: boolean) => {
    const answers = [...given, yes];
    // Without the handwriting nothing else is needed: the form goes on paper.
    if (answers[0] === false) return void send(NOTHING);
    if (answers.length < asks.length) return setGiven(answers);
    void send({ ...NOTHING, ...Object.fromEntries(asks.map((a, i) => [a, answers[i] === true])) });
  };

  if (page.allowed?.handwriting === false && !again) {
    return (
      <BigWords title={t('patient.paperTitle')} text={t('patient.paperText')} mark="heard">
        <button type="button" className="press" data-rethink="" onClick={() => setAgain(true)}>
          {t('patient.rethink')}
        </button>
      </BigWords>
    );
  }
  const now = asks[given.length] ?? 'handwriting';
  return (
    <section className="asking" data-ask={now} aria-labelledby="ask">
      <div className="question">
        {asks.length > 1 && <p className="soft">{t('patient.question', { n: given.length + 1, all: asks.length })}</p>}
        <h2 id="ask">{t(`patient.ask.${now}`)}</h2>
        <p>{t(`patient.why.${now}`)}</p>
        <p>{t('patient.use')}</p>
        <p>{t(now === 'handwriting' ? 'patient.refusePaper' : 'patient.refuseOther')}</p>
        {error !== null && <Trouble error={error} />}
      </div>
      <footer className="feet">
        <button
          type="button"
          className="press quiet"
          disabled={busy}
          onClick={() => (given.length > 0 ? setGiven(given.slice(0, -1)) : onBack())}
        >
          {t('patient.back')}
        </button>
        <span className="spring" />
        <button type="button" className="press equal" data-answer="no" disabled={busy} onClick={() => answer(false)}>
          {t('patient.refuse')}
        </button>
        <button type="button" className="press equal" data-answer="yes" disabled={busy} onClick={() => answer(true)}>
          {t('patient.allow')}
        </button>
      </footer>
    </section>
  );
}
