/** 制作印章: picture, name, holders, validity, the maker's key; the preview stands beside the form. Saved where the person says. */
import { ArrowLeftOutlined } from '@ant-design/icons';
import { App, Button, Select } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import { Field, TextField } from '../../components/Field.tsx';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PinField } from '../../components/PinField.tsx';
import { loadSeals } from '../../state/seals.ts';
import { ask, useDesk } from '../../state/store.ts';
import { emptyDraft, lacks, requestOf, type SealDraft } from './draft.ts';
import { Holders, signingKeys } from './Holders.tsx';
import { PictureFields } from './PictureFields.tsx';
import { Preview } from './Preview.tsx';
import { useSealType } from './SealCard.tsx';

/** How days are typed. */
const DAY = '2026-12-31';

export function MakeSeal({ onClose }: { onClose: () => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const tokens = useDesk((s) => s.tokens?.tokens ?? null);
  const [draft, setDraft] = useState<SealDraft>(() => emptyDraft(Date.now()));
  const [pin, setPin] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const change = (patch: Partial<SealDraft>) => setDraft((d) => ({ ...d, ...patch }));
  // What a phone signs it shows; a seal is not among it.
  const makers = signingKeys((tokens ?? []).filter((token) => token.profile !== 'phone'));
  const maker = makers.findIndex((m) => m.token.id === draft.maker?.tokenId && m.key.keyId === draft.maker.keyId);
  const typeWord = useSealType();
  const missing = lacks(draft, pin);

  const make = async () => {
    if (missing.length > 0 || busy) return;
    setBusy(true);
    setError(null);
    const request = requestOf(draft, pin);
    setPin('');
    const r = await ask('seals:make', request);
    setBusy(false);
    if (!r.ok) return setError(r.error);
    if (r.value.path === null) return; // thought better of it while choosing the place
    notification.success({ title: t('seals.made', { path: r.value.path }) });
    await loadSeals();
    onClose();
  };

  return (
    <div className="screen scroll make-seal" tabIndex={0} role="region" aria-label={t('seals.makeTitle')}>
      <div className="heading">
        <Button icon={<ArrowLeftOutlined />} aria-label={t('seals.back')} title={t('seals.back')} onClick={onClose} />
        <h1>{t('seals.makeTitle')}</h1>
        <span className="muted">{t('seals.makeLead')}</span>
      </div>
      <div className="form-and-preview">
        <form
          className="card"
          onSubmit={(e) => {
            e.preventDefault();
            void make();
          }}
        >
          <PictureFields d={draft} change={change} />
          <div className="fields">
            <TextField label={t('seals.name')} value={draft.name} onChange={(name) => change({ name })} />
            <Field label={t('seals.type')}>
              {(id) => (
                <Select
                  id={id}
                  value={draft.type}
                  onChange={(type) => change({ type })}
                  options={([1, 2] as const).map((value) => ({ value, label: typeWord(value) }))}
                />
              )}
            </Field>
            <TextField
              placeholder={DAY}
              maxLength={10}
              label={t('seals.from')}
              value={draft.from}
              onChange={(from) => change({ from })}
            />
            <TextField
              placeholder={DAY}
              maxLength={10}
              label={t('seals.to')}
              value={draft.to}
              onChange={(to) => change({ to })}
            />
          </div>
          <Holders value={draft.holders} onChange={(holders) => change({ holders })} />
          <div className="fields">
            <Field label={t('seals.makerKey')}>
              {(id) => (
                <Select
                  id={id}
                  placeholder={t('seals.chooseKey')}
                  value={maker < 0 ? undefined : maker}
                  onChange={(i) => {
                    const m = makers[i ?? -1];
                    change({ maker: m === undefined ? null : { tokenId: m.token.id, keyId: m.key.keyId } });
                  }}
                  options={makers.map((m, value) => ({
                    value,
                    label: `${m.key.certificate?.commonName ?? ''} · ${m.token.label}`,
                  }))}
                />
              )}
            </Field>
            <PinField
              id="maker-pin"
              autoFocus={false}
              value={pin}
              onChange={setPin}
              tries={makers[maker]?.token.pinTries}
              label={t('seals.makerPin')}
            />
          </div>
          {error !== null && <ErrorNotice error={error} />}
          <div className="form-end">
            <span className="muted small" role="status">
              {missing.length > 0 &&
                t('seals.missing', { what: missing.map((l) => t(`seals.lacks.${l}`)).join(t('common.comma')) })}
            </span>
            <Button type="primary" size="large" htmlType="submit" disabled={missing.length > 0} loading={busy}>
              {t('seals.save')}
            </Button>
          </div>
        </form>
        <Preview draft={draft} />
      </div>
    </div>
  );
}
