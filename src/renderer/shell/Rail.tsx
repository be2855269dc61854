import {
  CheckOutlined,
  DashboardOutlined,
  EditOutlined,
  FileProtectOutlined,
  KeyOutlined,
  SettingOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { go } from '../state/actions.ts';
import { inWork, useConsent } from '../state/consent.ts';
import { waiting } from '../state/list.ts';
import { useDesk, type Place } from '../state/store.ts';

export function Mark({ big = false }: { big?: boolean }) {
  return (
    <div className={big ? 'mark big' : 'mark'} aria-hidden="true">
      医
      <br />签
    </div>
  );
}

export function Rail() {
  const { t } = useTranslation();
  const place = useDesk((s) => s.place);
  const count = useDesk((s) => (s.worklist?.records ?? []).filter(waiting).length);
  const consents = useConsent((s) => (s.list ?? []).filter(inWork).length);
  const item = (name: Place, icon: ReactNode, n = 0) => (
    <button type="button" aria-current={place === name ? 'page' : undefined} onClick={() => go(name)}>
      {icon}
      {t(`nav.${name}`)}
      {n > 0 && <span className="count">{n}</span>}
    </button>
  );
  return (
    <nav className="rail" aria-label={t('nav.label')}>
      <Mark />
      {item('worklist', <UnorderedListOutlined />, count)}
      {item('review', <EditOutlined />)}
      {item('consent', <FileProtectOutlined />, consents)}
      {item('verify', <CheckOutlined />)}
      {item('keys', <KeyOutlined />)}
      <span className="spring" />
      {item('diagnosis', <DashboardOutlined />)}
      {item('settings', <SettingOutlined />)}
    </nav>
  );
}
