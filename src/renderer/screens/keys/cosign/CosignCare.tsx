/** The buttons of a co-sign key's card. */
import { Button } from 'antd';
import { useState } from 'react';
import { useTranslation } from 'react-i18next';
import type { TokenView } from '#shared/models.ts';
import { useDesk } from '../../../state/store.ts';
import { CareDialog, type Care } from './CareDialog.tsx';

const cares: readonly Care[] = ['refresh', 'move', 'suspend', 'forget'];

export function CosignCare({ token }: { token: TokenView }) {
  const { t } = useTranslation();
  const signedIn = useDesk((s) => s.session?.state === 'signed-in');
  const [care, setCare] = useState<Care | null>(null);
  return (
    <div className="line cosign-care">
      <span className="tag jade">{t('cosign.mark')}</span>
      {cares.map((c) => (
        // A code to move with is given to who is signed in.
        <Button key={c} disabled={c === 'move' && !signedIn} onClick={() => setCare(c)}>
          {t(`cosign.${c}`)}
        </Button>
      ))}
      {care !== null && <CareDialog token={token} care={care} onClose={() => setCare(null)} />}
    </div>
  );
}
