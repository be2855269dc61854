/** The PIN, with the tries left shown before it is typed. The value leaves this field only towards main. */
import { Input, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PinTries } from '#shared/models.ts';

export function usePinWords(): (tries: PinTries) => string {
  const { t } = useTranslation();
  return (tries) => (tries.kind === 'count' ? t('tries.count', { n: tries.left }) : t(`tries.${tries.kind}`));
}

export function PinField({
  value,
  onChange,
  onEnter,
  tries,
  label,
  disabled = false,
  autoFocus = true,
  id = 'pin',
}: {
  value: string;
  onChange: (v: string) => void;
  onEnter?: () => void;
  tries?: PinTries | undefined;
  label: string;
  disabled?: boolean;
  autoFocus?: boolean;
  id?: string;
}) {
  const words = usePinWords();
  const ref = useRef<InputRef>(null);
  useEffect(() => {
    if (autoFocus && !disabled) ref.current?.focus();
  }, [autoFocus, disabled]);
  const serious = tries !== undefined && (tries.kind === 'final' || tries.kind === 'locked' || tries.kind === 'low');
  return (
    <div>
      <label htmlFor={id} className="visually-hidden">
        {label}
      </label>
      <Input
        id={id}
        ref={ref}
        type="password"
        size="large"
        autoComplete="off"
        inputMode="text"
        maxLength={64}
        placeholder={label}
        value={value}
        disabled={disabled || tries?.kind === 'locked'}
        onChange={(e) => onChange(e.target.value)}
        {...(onEnter && { onPressEnter: () => onEnter() })}
        aria-describedby={`${id}-tries`}
      />
      {tries !== undefined && (
        <div id={`${id}-tries`} className={`small ${serious ? '' : 'muted'}`}>
          {serious ? <span className="tag rose">{words(tries)}</span> : words(tries)}
        </div>
      )}
    </div>
  );
}
