/** While a list is being signed by a phone: its page has to stay open. Nothing for other keys. */
import { MobileOutlined } from '@ant-design/icons';
import { useTranslation } from 'react-i18next';
import { useSignsByPhone } from '../ApproveWith.tsx';

export function KeepOpen() {
  const { t } = useTranslation();
  if (!useSignsByPhone()) return null;
  return (
    <p className="keep-open small" role="status">
      <MobileOutlined /> {t('phone.keepOpen')}
    </p>
  );
}
