/** What happened, what to do next, and the code small at the end, for the phone call to IT. */
import { CheckCircleOutlined, CloseCircleOutlined, WarningOutlined } from '@ant-design/icons';
import type { ReactNode } from 'react';
import type { WireError } from '#shared/errors.ts';
import { useDesk } from '../state/store.ts';

type Tone = 'rose' | 'amber' | 'jade';
const icons = { rose: <CloseCircleOutlined />, amber: <WarningOutlined />, jade: <CheckCircleOutlined /> };

export function Notice({
  tone,
  title,
  children,
  action,
}: {
  tone: Tone;
  title: ReactNode;
  children?: ReactNode;
  action?: ReactNode;
}) {
  return (
    <div className={`notice ${tone}`} role={tone === 'rose' ? 'alert' : 'status'}>
      {icons[tone]}
      <div className="grow">
        <b>{title}</b>
        {children}
      </div>
      {action}
    </div>
  );
}

export interface ErrorNoticeProps {
  readonly error: WireError;
  readonly tone?: Tone;
  /** Said before the next step. */
  readonly lead?: ReactNode;
  readonly action?: ReactNode;
}

export function ErrorNotice({ error, tone = 'rose', lead, action }: ErrorNoticeProps) {
  const language = useDesk((s) => s.settings.language);
  const { what, next } = error[language];
  return (
    <Notice tone={tone} title={what} action={action}>
      {lead} {next}{' '}
      <span className="code">{error.detail === undefined ? error.code : `${error.code} · ${error.detail}`}</span>
    </Notice>
  );
}
