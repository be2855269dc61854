/** How far the form is: words under a line that fills. */
import { useTranslation } from 'react-i18next';
import type { ConsentStage, ConsentView } from '#shared/consent.ts';

type Station = 'fill' | 'patient' | 'witness' | 'staff' | 'done';

const stationOf: Readonly<Record<ConsentStage, Station>> = {
  filling: 'fill',
  signer: 'fill',
  patient: 'patient',
  witness: 'witness',
  staff: 'staff',
  finishing: 'staff',
  queued: 'done',
  done: 'done',
  abandoned: 'fill',
};

export function Way({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const witness = view.witness !== null || view.stage === 'witness' || view.template.witness === 'required';
  const stations: Station[] = ['fill', 'patient', ...(witness ? (['witness'] as const) : []), 'staff', 'done'];
  const at = stations.indexOf(stationOf[view.stage]);
  return (
    <ol className="steps way" aria-label={t('consent.way')} data-at={stations[at]}>
      {stations.map((s, i) => (
        <li
          key={s}
          className={i < at || view.stage === 'done' ? 'done' : i === at ? 'begun' : ''}
          aria-current={i === at ? 'step' : undefined}
        >
          {t(`consent.steps.${s}`)}
        </li>
      ))}
    </ol>
  );
}
