/** Who signs on the patient's side and why, in the words of the rule (病历书写基本规范 art. 10); the witness. */
import { Radio, Select } from 'antd';
import { useTranslation } from 'react-i18next';
import type { ConsentView } from '#shared/consent.ts';
import { Field, TextField } from '../../components/Field.tsx';
import { fillSigner, fillWitness, useConsent } from '../../state/consent.ts';
import { ROLES, withRole } from './complete.ts';

const ID_KINDS = ['none', 'resident', 'passport', 'other'] as const;

export function Signer({ view }: { view: ConsentView }) {
  const { t } = useTranslation();
  const draft = useConsent((s) => s.draft);
  if (draft === null) return null;
  const { signer, witness } = draft;
  const other = signer.role === 'self' ? null : signer.role;
  const need = view.template.witness;
  return (
    <>
      <section className="card who-signs">
        <h2>{t('consent.who')}</h2>
        <p className="muted small">{t('consent.whoLead')}</p>
        <Radio.Group
          aria-label={t('consent.role')}
          optionType="button"
          value={signer.role}
          options={ROLES.map((role) => ({ value: role, label: t(`consent.roles.${role}`) }))}
          onChange={(e) => fillSigner(withRole(signer, e.target.value as typeof signer.role, view.patient.name))}
        />
        <p className="hint-of-law" data-role={signer.role}>
          {t(`consent.hints.${signer.role}`)}
        </p>
        <div className="fields">
          <TextField
            label={t('consent.name')}
            value={signer.name}
            maxLength={40}
            onChange={(name) => fillSigner({ name })}
          />
          {other !== null && (
            <>
              <TextField
                label={t('consent.relation')}
                placeholder={t(`consent.relationOf.${other}`)}
                value={signer.relation}
                maxLength={40}
                onChange={(relation) => fillSigner({ relation })}
              />
              <div className="wide-field">
                <TextField
                  label={t('consent.reason')}
                  placeholder={t(`consent.reasonOf.${other}`)}
                  value={signer.reason}
                  maxLength={200}
                  onChange={(reason) => fillSigner({ reason })}
                />
              </div>
            </>
          )}
          <Field label={t('consent.idKind')}>
            {(id) => (
              <Select
                id={id}
                value={signer.idKind}
                options={ID_KINDS.map((value) => ({ value, label: t(`consent.idKinds.${value}`) }))}
                onChange={(idKind) => fillSigner({ idKind })}
              />
            )}
          </Field>
          {signer.idKind !== 'none' && (
            <TextField
              label={t('consent.idNumber')}
              value={signer.idNumber}
              maxLength={40}
              onChange={(idNumber) => fillSigner({ idNumber })}
            />
          )}
          <TextField
            label={t('consent.phone')}
            value={signer.phone}
            maxLength={20}
            onChange={(phone) => fillSigner({ phone })}
          />
        </div>
      </section>
      {need !== 'none' && (
        <section className="card who-signs" data-witness={need}>
          <h2>{t('consent.witness')}</h2>
          <p className="muted small">{t(`consent.witnessLead.${need}`)}</p>
          <div className="fields">
            <TextField
              label={t('consent.name')}
              value={witness.name}
              maxLength={40}
              onChange={(name) => fillWitness({ name })}
            />
            <TextField
              label={t('consent.relation')}
              value={witness.relation}
              maxLength={40}
              onChange={(relation) => fillWitness({ relation })}
            />
          </div>
        </section>
      )}
    </>
  );
}
