/** The three dots of the status line, each with its latency, what is wrong with it and what to do. */
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { Health } from '#shared/models.ts';
import { useServiceWords } from '../../shell/StatusLine.tsx';
import { useDesk } from '../../state/store.ts';

const services = ['token', 'tsa', 'backend'] as const;

function Service({
  name,
  dot,
  current,
}: {
  name: (typeof services)[number];
  dot: Health['token'] | undefined;
  current: boolean;
}) {
  const { t } = useTranslation();
  const language = useDesk((s) => s.settings.language);
  const word = useServiceWords()(name, dot);
  const ref = useRef<HTMLElement>(null);
  useEffect(() => {
    if (current) ref.current?.focus();
  }, [current]);
  return (
    <section
      className="card"
      ref={ref}
      tabIndex={-1}
      data-current={current}
      data-service={name}
      aria-label={t(`health.${name}`)}
    >
      <div className={`headline dot ${dot?.state ?? 'unknown'}`}>
        <i aria-hidden="true" />
        <b>{t(`health.${name}`)}</b>
        <span>{word}</span>
      </div>
      {dot?.error != null ? (
        <p>
          {dot.error[language].what} {dot.error[language].next} <span className="faint small">{dot.error.code}</span>
        </p>
      ) : (
        <p className="muted">{t(`health.about.${name}`)}</p>
      )}
    </section>
  );
}

export function Services() {
  const { t } = useTranslation();
  const health = useDesk((s) => s.health);
  const lookAt = useDesk((s) => s.lookAt);
  return (
    <div className="services" role="group" aria-label={t('diagnosis.services')}>
      {services.map((name) => (
        <Service key={name} name={name} dot={health?.[name]} current={lookAt === name} />
      ))}
    </div>
  );
}
