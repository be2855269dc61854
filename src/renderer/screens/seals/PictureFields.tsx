/** What the seal shows: one of four drawings in words and mm, or a picture file with its size on paper. */
import { PictureOutlined } from '@ant-design/icons';
import { App, Button, Radio } from 'antd';
import { useTranslation } from 'react-i18next';
import { NumberField, TextField } from '../../components/Field.tsx';
import { ask, useDesk } from '../../state/store.ts';
import type { PictureKind, SealDraft } from './draft.ts';

const KINDS: readonly PictureKind[] = ['round', 'department', 'name', 'handwriting', 'file'];

export function PictureFields({ d, change }: { d: SealDraft; change: (patch: Partial<SealDraft>) => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const size = (kind: keyof SealDraft['sizes']) => (n: number) => change({ sizes: { ...d.sizes, [kind]: n } });
  const choose = async () => {
    const r = await ask('seals:choosePicture', undefined);
    if (!r.ok) notification.error({ title: r.error[language].what, description: r.error[language].next });
    else if (r.value !== null) change({ file: r.value });
  };
  return (
    <fieldset>
      <legend>{t('seals.kind')}</legend>
      <Radio.Group
        optionType="button"
        aria-label={t('seals.kind')}
        value={d.kind}
        onChange={(e) => {
          const kind = e.target.value as PictureKind;
          change({ kind, type: kind === 'name' || kind === 'handwriting' ? 2 : 1 });
        }}
        options={KINDS.map((value) => ({ value, label: t(`seals.kinds.${value}`) }))}
      />
      <div className="fields">
        {(d.kind === 'round' || d.kind === 'department') && (
          <TextField
            label={t('seals.organisation')}
            value={d.organisation}
            maxLength={40}
            onChange={(organisation) => change({ organisation })}
          />
        )}
        {d.kind === 'round' && (
          <>
            <TextField
              label={t('seals.centre')}
              value={d.centre}
              maxLength={20}
              onChange={(centre) => change({ centre })}
            />
            <TextField
              label={t('seals.number')}
              value={d.number}
              maxLength={20}
              onChange={(number) => change({ number })}
            />
            <NumberField label={t('seals.diameter')} value={d.sizes.round} min={20} max={60} onChange={size('round')} />
          </>
        )}
        {d.kind === 'department' && (
          <>
            <TextField
              label={t('seals.department')}
              value={d.department}
              maxLength={20}
              onChange={(department) => change({ department })}
            />
            <NumberField
              label={t('seals.width')}
              value={d.sizes.department}
              min={20}
              max={60}
              onChange={size('department')}
            />
          </>
        )}
        {(d.kind === 'name' || d.kind === 'handwriting') && (
          <TextField
            label={t('seals.person')}
            value={d.person}
            maxLength={8}
            onChange={(person) => change({ person })}
          />
        )}
        {d.kind === 'name' && (
          <NumberField label={t('seals.side')} value={d.sizes.name} min={10} max={30} onChange={size('name')} />
        )}
        {d.kind === 'file' && (
          <>
            <div className="field">
              <span className="label">{d.file?.name ?? t('seals.fileHint')}</span>
              <Button icon={<PictureOutlined />} data-choose-picture="" onClick={() => void choose()}>
                {t('seals.chooseFile')}
              </Button>
            </div>
            <NumberField
              label={t('seals.width')}
              value={d.fileWidth}
              min={5}
              max={100}
              precision={1}
              onChange={(fileWidth) => change({ fileWidth })}
            />
            <NumberField
              label={t('seals.height')}
              value={d.fileHeight}
              min={5}
              max={100}
              precision={1}
              onChange={(fileHeight) => change({ fileHeight })}
            />
          </>
        )}
      </div>
    </fieldset>
  );
}
