/** What is being done while the form is finished, with the milliseconds each took; a line of its own per signature. */
import { useTranslation } from 'react-i18next';
import type { ConsentProgress, ConsentStep, ConsentView } from '#shared/consent.ts';
import { KeepOpen } from '../../components/phone/KeepOpen.tsx';
import { useConsent, type StepKey } from '../../state/consent.ts';

type Party = 'patient' | 'witness' | 'staff';
const OF_PARTY: readonly ConsentStep[] = ['certificate', 'sign', 'timestamp'];

function Line({ name, p }: { name: string; p: ConsentProgress | undefined }) {
  const state = p?.state ?? 'waiting';
  return (
    <li data-state={state} className={state}>
      <span>{name}</span>
      <small>
        {state === 'done'
          ? `${Math.round(p?.milliseconds ?? 0)} ms`
          : state === 'begun'
            ? '…'
            : state === 'failed'
              ? '✕'
              : ''}
      </small>
    </li>
  );
}

export function FinishSteps({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const progress = useConsent((s) => s.progress);
  const parties: Party[] = ['patient', ...(view.witness === null ? [] : (['witness'] as const)), 'staff'];
  const rows: { key: StepKey; name: string }[] = [
    { key: 'evidence/all', name: t('consent.progress.evidence') },
    ...parties.flatMap((party) =>
      // The staff member has a certificate already.
      OF_PARTY.filter((step) => party !== 'staff' || step !== 'certificate').map((step) => ({
        key: `${step}/${party}` as const,
        name: `${t(`consent.parties.${party}`)} · ${t(`consent.progress.${step}`)}`,
      })),
    ),
    { key: 'selfcheck/all', name: t('consent.progress.selfcheck') },
    { key: 'upload/all', name: t('consent.progress.upload') },
  ];
  return (
    <div className="section" data-finishing="">
      <h3>{t('consent.finishing')}</h3>
      <ol className="finish-steps" aria-label={t('consent.finishing')}>
        {rows.map((r) => (
          <Line key={r.key} name={r.name} p={progress[r.key]} />
        ))}
      </ol>
      <KeepOpen />
    </div>
  );
}
