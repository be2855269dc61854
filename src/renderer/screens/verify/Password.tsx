/** A file that only opens with its password. The password goes to main and to the page's own reader, and is kept while the file is open. */
import { LockOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { WireError } from '#shared/errors.ts';
import type { VerifyReportView } from '#shared/models.ts';
import { ErrorNotice } from '../../components/Notice.tsx';
import { PinField } from '../../components/PinField.tsx';
import { unlock } from '../../state/verifying.ts';

/** Encrypted, and nothing could be judged without the password. */
export const isLocked = (r: VerifyReportView): boolean =>
  r.encrypted && r.signatures.length === 0 && r.findings.some((f) => /^PDF_(ENCRYPTED|PASSWORD)$/.test(f.code));

export function Password({ handle }: { handle: string }) {
  const { t } = useTranslation();
  const [password, setPassword] = useState('');
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<WireError | null>(null);
  const open = async () => {
    if (password === '' || busy) return;
    setBusy(true);
    const failed = await unlock(handle, password);
    setBusy(false);
    setPassword('');
    setError(failed);
  };
  return (
    <form
      className="section stack"
      data-locked=""
      onSubmit={(e) => {
        e.preventDefault();
        void open();
      }}
    >
      <h3>
        <LockOutlined /> {t('verify.locked')}
      </h3>
      {error !== null && <ErrorNotice error={error} />}
      <PinField id="file-password" label={t('verify.password')} value={password} onChange={setPassword} />
      <Button type="primary" htmlType="submit" size="large" disabled={password === ''} loading={busy}>
        {t('verify.unlock')}
      </Button>
    </form>
  );
}
