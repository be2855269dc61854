/** The PIN, with the tries left shown before it is typed. The value leaves this field only towards main. */
import { Input, type InputRef } from 'antd';
import { useEffect, useRef } from 'react';
import { useTranslation } from 'react-i18next';
import type { PinTries } from '#shared/models.ts';

export function usePinWords(): (tries: PinTries) => string {
  const { t } = useTranslation();
  return (tries) => (tries.kind === 'count' ? t('tries.count', { n: tries.left }) : t(`tries.${tries.kind}`));
}

/** Tries left, in words; loud once a wrong PIN may lock the key. */
export function PinTriesTag({ tries }: { tries: PinTries }) {
  const words = usePinWords();
  const tone =
    ['final', 'locked'].includes(tries.kind) || (tries.kind === 'count' && tries.left <= 1)
      ? 'rose'
      : tries.kind === 'low' || (tries.kind === 'count' && tries.left <= 3)
        ? 'amber'
        : '';
  return <span className={`tag ${tone}`}>{words(tries)}</span>;
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
  const ref = useRef<InputRef>(null);
  useEffect(() => {
    if (autoFocus && !disabled) ref.current?.focus();
  }, [autoFocus, disabled]);
  return (
    <div>
      <div className="pin-label">
        <label htmlFor={id}>{label}</label>
        {tries !== undefined && (
          <span id={`${id}-tries`}>
            <PinTriesTag tries={tries} />
          </span>
        )}
      </div>
      <Input
        id={id}
        ref={ref}
        type="password"
        size="large"
        autoComplete="off"
        inputMode="text"
        maxLength={64}
        value={value}
        disabled={disabled || tries?.kind === 'locked'}
        onChange={(e) => onChange(e.target.value)}
        {...(onEnter && {
          onPressEnter: (e) => {
            // Its default would press whatever has the focus once the dialog is gone.
            e.preventDefault();
            if (!e.nativeEvent.repeat) onEnter();
          },
        })}
        {...(tries !== undefined && { 'aria-describedby': `${id}-tries` })}
      />
    </div>
  );
}
