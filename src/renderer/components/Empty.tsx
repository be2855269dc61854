import type { ReactNode } from 'react';

export function Empty({
  icon,
  title,
  text,
  children,
}: {
  icon?: ReactNode;
  title: string;
  text?: string;
  children?: ReactNode;
}) {
  return (
    <div className="empty">
      {icon}
      <div className="big">{title}</div>
      {text !== undefined && <div>{text}</div>}
      {children}
    </div>
  );
}
