import { useId, useImperativeHandle, useRef, useState, type Ref } from 'react';
import { useWords } from '../i18n/index.ts';

export interface PinHandle {
  /** What was typed; the field is empty afterwards. */
  take(): string;
  /** What was typed, left in place. */
  peek(): string;
  focus(): void;
}

const KEYBOARD = 'yiqian-phone-keyboard';
const keptKeyboard = (): boolean => {
  try {
    return localStorage.getItem(KEYBOARD) === 'letters';
  } catch {
    return false;
  }
};
const keep = (letters: boolean): void => {
  try {
    localStorage.setItem(KEYBOARD, letters ? 'letters' : 'digits');
  } catch {
    // Asked for again the next time.
  }
};

/**
 * A PIN, on the number keyboard unless the person has letters in it. The field holds it, not React: state and attributes of the page never do.
 */
export function PinField({
  label,
  under,
  wrong = false,
  autoFocus = false,
  keyboardChoice = true,
  ref,
}: {
  label: string;
  under?: string | undefined;
  wrong?: boolean;
  autoFocus?: boolean;
  /** False where another field of the screen has the choice already. */
  keyboardChoice?: boolean;
  ref: Ref<PinHandle>;
}) {
  const { t } = useWords();
  const id = useId();
  const input = useRef<HTMLInputElement>(null);
  const [letters, setLetters] = useState(keptKeyboard);
  useImperativeHandle(ref, () => ({
    take() {
      const typed = input.current?.value ?? '';
      if (input.current) input.current.value = '';
      return typed;
    },
    peek: () => input.current?.value ?? '',
    focus: () => input.current?.focus(),
  }));
  const change = (): void => {
    keep(!letters);
    setLetters(!letters);
    input.current?.focus();
  };
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      <input
        ref={input}
        id={id}
        type="password"
        inputMode={letters ? 'text' : 'numeric'}
        autoComplete="off"
        autoCapitalize="off"
        autoCorrect="off"
        spellCheck={false}
        maxLength={64}
        enterKeyHint="go"
        autoFocus={autoFocus}
        aria-invalid={wrong}
        aria-describedby={under === undefined ? undefined : `${id}-under`}
      />
      {(under !== undefined || keyboardChoice) && (
        <div className="under">
          <small id={`${id}-under`} className="muted">
            {under}
          </small>
          {keyboardChoice && (
            <button type="button" className="link" onClick={change}>
              {t(letters ? 'asked.digits' : 'asked.letters')}
            </button>
          )}
        </div>
      )}
    </div>
  );
}
