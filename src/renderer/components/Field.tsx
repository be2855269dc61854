/** A labelled control of a form; the label is tied to the control by its id. */
import { Input, InputNumber } from 'antd';
import { useId, type ReactNode } from 'react';

export function Field({ label, children }: { label: string; children: (id: string) => ReactNode }) {
  const id = useId();
  return (
    <div className="field">
      <label htmlFor={id}>{label}</label>
      {children(id)}
    </div>
  );
}

export interface TextFieldProps {
  readonly label: string;
  readonly value: string;
  readonly onChange: (v: string) => void;
  readonly maxLength?: number;
  readonly placeholder?: string;
}

export function TextField({ label, value, onChange, maxLength = 100, placeholder }: TextFieldProps) {
  return (
    <Field label={label}>
      {(id) => (
        <Input
          id={id}
          placeholder={placeholder}
          value={value}
          maxLength={maxLength}
          onChange={(e) => onChange(e.target.value)}
        />
      )}
    </Field>
  );
}

export interface NumberFieldProps {
  readonly label: string;
  readonly value: number;
  readonly onChange: (v: number) => void;
  readonly min: number;
  readonly max: number;
  readonly step?: number;
  readonly precision?: number;
  readonly disabled?: boolean;
}

export function NumberField({ label, value, onChange, min, max, step = 1, precision, disabled }: NumberFieldProps) {
  return (
    <Field label={label}>
      {(id) => (
        <InputNumber<number>
          id={id}
          min={min}
          max={max}
          step={step}
          value={value}
          disabled={disabled ?? false}
          {...(precision !== undefined && { precision })}
          onChange={(v) => v !== null && onChange(v)}
        />
      )}
    </Field>
  );
}
