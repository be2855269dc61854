/**
 * A modal dialog on the platform's own <dialog>: top layer, focus trap, Esc and the return of focus come from the browser, and no
 * style is injected that the content security policy would refuse.
 */
import { CloseOutlined } from '@ant-design/icons';
import { Button } from 'antd';
import { useEffect, useId, useRef, type ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

export interface DialogProps {
  readonly title: ReactNode;
  readonly onClose: () => void;
  readonly children: ReactNode;
  /** Below what scrolls: what must be in view however small the window is. */
  readonly foot?: ReactNode;
  /** Beside what scrolls, always in view. */
  readonly aside?: ReactNode;
  /** Buttons at the bottom right. */
  readonly actions?: ReactNode;
  /** px */
  readonly width?: number;
}

export function Dialog({ title, onClose, children, foot, aside, actions, width = 440 }: DialogProps) {
  const { t } = useTranslation();
  const ref = useRef<HTMLDialogElement>(null);
  const id = useId();
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || dialog.open) return;
    const before = document.activeElement;
    dialog.showModal();
    dialog.querySelector<HTMLElement>(':is(.dialog-foot, .dialog-body) :is(input, textarea):not(:disabled)')?.focus();
    return () => {
      dialog.close();
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    <dialog
      ref={ref}
      className="dialog"
      aria-labelledby={id}
      style={{ width: `min(${width}px, calc(100vw - 32px))` }}
      onCancel={(e) => {
        e.preventDefault();
        onClose();
      }}
    >
      <header>
        <h2 id={id}>{title}</h2>
        <Button type="text" icon={<CloseOutlined />} aria-label={t('common.close')} onClick={onClose} />
      </header>
      {aside === undefined ? (
        <div className="dialog-body">{children}</div>
      ) : (
        <div className="dialog-split">
          <div className="dialog-body">{children}</div>
          <div className="dialog-aside">{aside}</div>
        </div>
      )}
      {foot !== undefined && <div className="dialog-foot">{foot}</div>}
      {actions !== undefined && <footer>{actions}</footer>}
    </dialog>
  );
}

export const dialogOpen = (): boolean => document.querySelector('dialog[open]') !== null;
