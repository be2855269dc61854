/** A new form: the patient at the left, the form at the right, one button. */
import { ArrowLeftOutlined } from '@ant-design/icons';
import { Button, Input, type InputRef } from 'antd';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { ConsentTemplate } from '#shared/consent.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { radioKeys, radioTab } from '../../components/radioKeys.ts';
import { endStart, loadTemplates, startConsent, useConsent } from '../../state/consent.ts';
import { findPatients, type Patient } from './patients.ts';

/** Rows in the page; more are found by typing. */
const SHOWN = 60;

interface PatientRowProps {
  readonly p: Patient;
  readonly chosen: boolean;
  readonly tabIndex: 0 | -1;
  readonly onChoose: () => void;
}

function PatientRow({ p, chosen, tabIndex, onChoose }: PatientRowProps) {
  const { t } = useTranslation();
  return (
    <button
      type="button"
      role="radio"
      aria-checked={chosen}
      tabIndex={tabIndex}
      className="pick"
      data-patient={p.id}
      onClick={onChoose}
    >
      <span className="bed">{t('consent.bed', { n: p.bed })}</span>
      <b>{p.name}</b>
      <span className="muted">
        {t(`review.${p.sex}`)} · {t('review.age', { n: p.age })}
      </span>
      <span className="muted end">{p.admissionNumber}</span>
    </button>
  );
}

export function Takes({ template }: { template: ConsentTemplate }) {
  const { t } = useTranslation();
  return (
    <>
      {(['witness', 'fingerprint', 'photo'] as const).map((what) => {
        const need = template[what];
        return (
          need !== 'none' && (
            <span key={what} className="tag">
              {t(`consent.takes.${what}.${need}`)}
            </span>
          )
        );
      })}
    </>
  );
}

export function Start() {
  const { t } = useTranslation();
  const templates = useConsent((s) => s.templates);
  const failed = useConsent((s) => s.templatesError);
  const busy = useConsent((s) => s.busy === 'start');
  const error = useConsent((s) => s.error);
  const [search, setSearch] = useState('');
  const [patientId, setPatient] = useState<string | null>(null);
  const [templateId, setTemplate] = useState<string | null>(null);
  const field = useRef<InputRef>(null);
  useEffect(() => field.current?.focus(), []);
  const found = useMemo(() => findPatients(templates?.patients ?? [], search), [templates, search]);
  const ready = patientId !== null && templateId !== null;
  const begin = () => {
    if (patientId !== null && templateId !== null && !busy) void startConsent(patientId, templateId);
  };
  useEffect(() => {
    const onKey = (e: KeyboardEvent) => {
      if (e.key === 'Escape') endStart();
      else if ((e.ctrlKey || e.metaKey) && e.key === 'Enter') begin();
      else return;
      e.preventDefault();
    };
    addEventListener('keydown', onKey);
    return () => removeEventListener('keydown', onKey);
  });
  return (
    <div className="screen start-consent">
      <div className="heading">
        <Button
          icon={<ArrowLeftOutlined />}
          aria-label={t('consent.back')}
          title={t('consent.back')}
          onClick={endStart}
        />
        <h1>{t('consent.startTitle')}</h1>
      </div>
      {failed !== null && (
        <ErrorNotice
          error={failed}
          lead={t('consent.templatesFailed')}
          action={<Button onClick={() => void loadTemplates()}>{t('common.retry')}</Button>}
        />
      )}
      {templates?.stale != null && <ErrorNotice tone="amber" error={templates.stale} lead={t('consent.staleLead')} />}
      <div className="two">
        <section aria-labelledby="which-patient" aria-busy={templates === null}>
          <h2 id="which-patient">{t('consent.patient')}</h2>
          <Input
            ref={field}
            allowClear
            aria-label={t('consent.search')}
            placeholder={t('consent.search')}
            value={search}
            onChange={(e) => setSearch(e.target.value)}
            onKeyDown={(e) => {
              if (e.key !== 'ArrowDown') return;
              e.preventDefault();
              document.querySelector<HTMLElement>('[data-patient][tabindex="0"]')?.focus();
            }}
            onPressEnter={() => found.length > 0 && setPatient(found[0]?.id ?? null)}
          />
          <div className="picks" role="radiogroup" aria-labelledby="which-patient" onKeyDown={radioKeys}>
            {templates === null &&
              failed === null &&
              [80, 60, 70, 65].map((w) => <p key={w} className="skeleton" style={{ width: `${w}%` }} />)}
            {templates !== null && found.length === 0 && (
              <p className="muted nobody">
                {t(templates.patients.length === 0 ? 'consent.noPatients' : 'consent.noMatch')}
              </p>
            )}
            {found.slice(0, SHOWN).map((p, i) => (
              <PatientRow
                key={p.id}
                p={p}
                chosen={p.id === patientId}
                tabIndex={radioTab(
                  i,
                  found.findIndex((x) => x.id === patientId),
                )}
                onChoose={() => setPatient(p.id)}
              />
            ))}
            {found.length > SHOWN && (
              <p className="muted nobody">{t('consent.morePatients', { n: found.length - SHOWN })}</p>
            )}
          </div>
        </section>
        <section aria-labelledby="which-form" aria-busy={templates === null}>
          <h2 id="which-form">{t('consent.template')}</h2>
          <div className="picks" role="radiogroup" aria-labelledby="which-form" onKeyDown={radioKeys}>
            {templates?.templates.map((x, i) => (
              <button
                key={x.id}
                type="button"
                role="radio"
                aria-checked={x.id === templateId}
                tabIndex={radioTab(
                  i,
                  templates.templates.findIndex((y) => y.id === templateId),
                )}
                className="pick form-pick"
                data-template={x.id}
                onClick={() => setTemplate(x.id)}
              >
                <b>{x.title}</b>
                <span className="muted end">
                  {t(`consent.kinds.${x.kind}`)} · {t('consent.versionOf', { n: x.version })}
                </span>
                <span className="takes">
                  <Takes template={x} />
                </span>
              </button>
            ))}
          </div>
        </section>
      </div>
      {error !== null && <ErrorNotice error={error} />}
      <div className="go">
        <div className="buttons">
          <span className="muted" role="status">
            {!ready && t('consent.chooseBoth')}
          </span>
          <Button type="primary" size="large" disabled={!ready} loading={busy} data-begin="" onClick={begin}>
            {t('consent.begin')}
            <kbd>Ctrl + Enter</kbd>
          </Button>
        </div>
      </div>
    </div>
  );
}
