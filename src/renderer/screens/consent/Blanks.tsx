/** The blanks of a form. What is typed is kept by main moments later; what is still missing is named, not only coloured. */
import { Checkbox, Input, Radio } from 'antd';
import { useId } from 'react';
import { useTranslation } from 'react-i18next';
import type { z } from 'zod';
import type { ConsentTemplate, templateField } from '#shared/consent.ts';
import { fillBlank, useConsent } from '../../state/consent.ts';
import { useDesk } from '../../state/store.ts';
import { checksOf, checksText, isDay } from './complete.ts';

type Blank = z.infer<typeof templateField>;

function Control({ blank, id, value }: { blank: Blank; id: string; value: string }) {
  const { t } = useTranslation();
  const set = (v: string) => fillBlank(blank.id, v);
  const required = { 'aria-required': blank.required };
  switch (blank.kind) {
    case 'text':
      return (
        <Input.TextArea
          id={id}
          {...required}
          className="grows"
          rows={2}
          maxLength={4000}
          value={value}
          onChange={(e) => set(e.target.value)}
        />
      );
    case 'date':
      return (
        <Input
          id={id}
          {...required}
          className="short"
          placeholder={t('consent.date')}
          maxLength={16}
          value={value}
          status={value.trim() !== '' && !isDay(value) ? 'error' : ''}
          aria-invalid={value.trim() !== '' && !isDay(value)}
          onChange={(e) => set(e.target.value)}
        />
      );
    case 'choice':
      return (
        <Radio.Group
          id={id}
          aria-labelledby={`${id}-label`}
          {...required}
          value={value === '' ? null : value}
          options={blank.options.map((o) => ({ value: o, label: o }))}
          onChange={(e) => set(String(e.target.value))}
        />
      );
    case 'checks': {
      const chosen = checksOf(value);
      return (
        <div className="checks-blank" role="group" id={id} aria-labelledby={`${id}-label`}>
          {blank.options.map((o) => (
            <Checkbox
              key={o}
              checked={chosen.includes(o)}
              onChange={(e) =>
                // In the order of the form, whatever the order of the ticks.
                set(checksText(blank.options.filter((x) => (x === o ? e.target.checked : chosen.includes(x)))))
              }
            >
              {o}
            </Checkbox>
          ))}
        </div>
      );
    }
    default:
      return <Input id={id} {...required} maxLength={400} value={value} onChange={(e) => set(e.target.value)} />;
  }
}

function BlankField({ blank, value }: { blank: Blank; value: string }) {
  const { t } = useTranslation();
  const id = useId();
  const language = useDesk((s) => s.settings.language);
  const missing = blank.required && value.trim() === '';
  const grouped = blank.kind === 'choice' || blank.kind === 'checks';
  const label = (
    <>
      {blank.label[language]}
      {blank.required && <span className={missing ? 'need missing' : 'need'}>{t('consent.required')}</span>}
    </>
  );
  return (
    <div className="field blank" data-blank={blank.id} data-kind={blank.kind} data-missing={missing}>
      {grouped ? (
        <span id={`${id}-label`} className="label">
          {label}
        </span>
      ) : (
        <label htmlFor={id}>{label}</label>
      )}
      <Control blank={blank} id={id} value={value} />
    </div>
  );
}

export function Blanks({ template }: { template: ConsentTemplate }) {
  const { t } = useTranslation();
  const values = useConsent((s) => s.draft?.values);
  if (template.fields.length === 0) return null;
  return (
    <section className="card blanks">
      <h2>{t('consent.blanks')}</h2>
      <div className="all">
        {template.fields.map((f) => (
          <BlankField key={f.id} blank={f} value={values?.[f.id] ?? ''} />
        ))}
      </div>
    </section>
  );
}
