/** What is on the screen, and what it knows. */
import { create } from 'zustand';
import type { YqError } from '#core/errors/index.ts';
import type { PhoneState as RequestState } from '#core/token/cosign/device/index.ts';
import type { Code } from '../codes.ts';
import type { Asked, KeyState, KeyView, Progress } from '../device/types.ts';
import type { Act } from '../store/acts.ts';

export type View =
  | { readonly at: 'starting' }
  /** The page can't work in this browser. */
  | { readonly at: 'stopped'; readonly error: YqError }
  /** `second`: another tab has the turn. `working`: it is in the middle of something. `taken`: another tab took the turn of this one. */
  | { readonly at: 'elsewhere'; readonly why: 'second' | 'working' | 'taken' }
  | { readonly at: 'home' }
  | { readonly at: 'scan'; readonly wanted: Code['kind']; readonly typing: boolean }
  | { readonly at: 'enrol'; readonly code: string; readonly making: boolean; readonly error: YqError | null }
  /** Whose key it became is known now: the person says whether it is his. */
  | { readonly at: 'enrolled'; readonly key: KeyView; readonly lasting: boolean }
  | { readonly at: 'opening' }
  | {
      readonly at: 'asked';
      readonly asked: Asked;
      readonly step: 'read' | 'pin' | 'opening';
      readonly error: YqError | null;
    }
  | { readonly at: 'signing'; readonly asked: Asked; readonly progress: Progress }
  | {
      readonly at: 'done';
      readonly asked: Asked;
      readonly end: 'done' | 'refused' | 'stopped';
      readonly progress: Progress;
    }
  /** `retry`: what `again` does. */
  | {
      readonly at: 'trouble';
      readonly error: YqError;
      readonly asked: Asked | null;
      readonly progress: Progress | null;
      readonly again: (() => void) | null;
    }
  | { readonly at: 'settings' }
  | { readonly at: 'change-pin'; readonly working: boolean; readonly error: YqError | null }
  | { readonly at: 'renew'; readonly working: boolean; readonly error: YqError | null }
  | { readonly at: 'remove'; readonly working: boolean; readonly error: YqError | null };

export interface PageState {
  readonly view: View;
  readonly key: KeyView | null;
  /** As the service last said; null while it was not asked or not reached. */
  readonly state: KeyState | null;
  /** Whether the service answered the last time; null while it is asked for the first time. */
  readonly reached: boolean | null;
  readonly acts: readonly Act[];
  /** A second code that came while something was under way. */
  readonly second: Code | null;
  /** What was just done, said once on the screen that follows. */
  readonly said: 'pin-changed' | 'renewed' | 'removed' | 'removed-here' | 'not-mine' | null;
  /** An enrolment that was begun and not finished lies here. */
  readonly cutOff: boolean;
}

export const usePage = create<PageState>(() => ({
  view: { at: 'starting' },
  key: null,
  state: null,
  reached: null,
  acts: [],
  second: null,
  said: null,
  cutOff: false,
}));

/** Something would be lost if the page went elsewhere now. */
export function isBusy({ at, ...view }: View): boolean {
  if (at === 'opening' || at === 'asked' || at === 'signing' || at === 'enrolled') return true;
  if (at === 'enrol') return true;
  return 'working' in view && view.working === true;
}

const ends: ReadonlySet<RequestState> = new Set(['done', 'refused', 'expired', 'cancelled', 'lost']);
export const isEnd = (state: RequestState): boolean => ends.has(state);
