import {
  CheckOutlined,
  DashboardOutlined,
  EditOutlined,
  FileProtectOutlined,
  KeyOutlined,
  SettingOutlined,
  UnorderedListOutlined,
} from '@ant-design/icons';
import { useMemo, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';
import { go } from '../state/actions.ts';
import { inWork, useConsent } from '../state/consent.ts';
import { mineOf, waiting } from '../state/list.ts';
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
  const list = useDesk((s) => s.worklist);
  const count = useMemo(() => mineOf(list, null, 'to-sign').filter(waiting).length, [list]);
  const back = useDesk((s) => mineOf(s.worklist, s.mine, 'returned-to-me').length);
  const consents = useConsent((s) => (s.list ?? []).filter(inWork).length);
  // A batch is a part of the work list.
  const at = place === 'batch' ? 'worklist' : place;
  const item = (name: Exclude<Place, 'batch'>, icon: ReactNode, n = 0) => (
    <button type="button" aria-current={at === name ? 'page' : undefined} onClick={() => go(name)}>
      {icon}
      {t(`nav.${name}`)}
      {name === 'worklist' && back > 0 && <span className="came-back" title={t('worklist.cameBack', { n: back })} />}
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
