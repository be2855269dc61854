/** Who may use a new seal: certificates on the keys that are inserted, and certificate files of those who are not here. */
import { CloseOutlined, FileAddOutlined } from '@ant-design/icons';
import { App, Button, Checkbox } from 'antd';
import { useTranslation } from 'react-i18next';
import type { TokenKeyView, TokenView } from '#shared/models.ts';
import { dateOnly } from '../../format/time.ts';
import { ask, useDesk } from '../../state/store.ts';
import type { Holder } from './draft.ts';

export interface SigningKey {
  readonly token: TokenView;
  readonly key: TokenKeyView;
}

/** Keys on the inserted tokens that can sign, each with its certificate. */
export const signingKeys = (tokens: readonly TokenView[]): SigningKey[] =>
  tokens.flatMap((token) =>
    token.keys
      .filter((key) => key.usage !== 'encryption' && key.unusable === null && key.certificate !== null)
      .map((key) => ({ token, key })),
  );

export function Holders({ value, onChange }: { value: readonly Holder[]; onChange: (v: readonly Holder[]) => void }) {
  const { t } = useTranslation();
  const { notification } = App.useApp();
  const language = useDesk((s) => s.settings.language);
  const tokens = useDesk((s) => s.tokens?.tokens ?? null);
  const here = signingKeys(tokens ?? []).flatMap(({ key: { certificate: c } }) =>
    c === null ? [] : [{ id: c.serial, name: c.commonName, notAfter: c.notAfter }],
  );
  const has = (id: string) => value.some((h) => h.id === id);
  const added = value.filter((h) => !here.some((x) => x.id === h.id));
  const addFiles = async () => {
    const r = await ask('seals:chooseHolders', undefined);
    if (!r.ok) return notification.error({ title: r.error[language].what, description: r.error[language].next });
    const more = r.value
      .map((c) => ({ id: c.handle, name: c.commonName, notAfter: c.notAfter }))
      .filter((c) => !has(c.id));
    if (more.length > 0) onChange([...value, ...more]);
  };
  return (
    <fieldset>
      <legend>{t('seals.whoMay')}</legend>
      <div className="holders">
        {here.length === 0 && <span className="muted small">{t('seals.noKeys')}</span>}
        {here.map((h) => (
          <Checkbox
            key={h.id}
            data-holder={h.id}
            checked={has(h.id)}
            onChange={(e) => onChange(e.target.checked ? [...value, h] : value.filter((x) => x.id !== h.id))}
          >
            {h.name} <span className="faint small">{t('seals.until', { date: dateOnly(h.notAfter) })}</span>
          </Checkbox>
        ))}
        {added.map((h) => (
          <span className="tag" key={h.id} data-holder={h.id}>
            {h.name} {t('seals.until', { date: dateOnly(h.notAfter) })}
            <Button
              type="text"
              size="small"
              icon={<CloseOutlined />}
              aria-label={t('seals.takeOut', { name: h.name })}
              onClick={() => onChange(value.filter((x) => x.id !== h.id))}
            />
          </span>
        ))}
        <Button icon={<FileAddOutlined />} data-add-holders="" onClick={() => void addFiles()}>
          {t('seals.addFiles')}
        </Button>
      </div>
    </fieldset>
  );
}
