/** A group of radio buttons of our own look moves as the platform's do: one stop for Tab, arrows go round and choose (ARIA APG, radio group). */
import type { KeyboardEvent } from 'react';

const STEPS: Readonly<Record<string, 1 | -1>> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 };

export function radioKeys(e: KeyboardEvent<HTMLElement>): void {
  const by = STEPS[e.key];
  if (by === undefined) return;
  const all = [...e.currentTarget.querySelectorAll<HTMLElement>('[role=radio]')];
  const at = all.findIndex((r) => r === document.activeElement);
  const next = all[(at + by + all.length) % all.length];
  if (at < 0 || next === undefined) return;
  e.preventDefault();
  next.focus();
  next.click();
}

/** `tabIndex` of the radio at `index`: the chosen one's, else the first one's turn. */
export const radioTab = (index: number, chosen: number): 0 | -1 => (index === Math.max(0, chosen) ? 0 : -1);
