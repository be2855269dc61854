/** One attack: a file that a forger hands in, and what the judge must say of it. Never PASSED, for none of its signatures' readers. */
import type { TrustMaterial } from '#core/pki/index.ts';
import type { Lab } from './lab.ts';

export type Family =
  | 'universal-forgery'
  | 'incremental-saving'
  | 'wrapping'
  | 'certification'
  | 'shadow'
  | 'hidden-object'
  | 'byte-range'
  | 'page'
  | 'form'
  | 'seal'
  | 'certificate'
  | 'time';

export interface Attack {
  /** File name without ending: family in short, number, words. Stable. */
  readonly id: string;
  readonly family: Family;
  /** What the forger does, one sentence. */
  readonly story: string;
  make(lab: Lab): Promise<Uint8Array>;
  /** FAILED where the file contradicts itself or its signature, INDETERMINATE where only trust or time is missing. */
  readonly verdict: 'FAILED' | 'INDETERMINATE';
  /** At least one of these must be among the reasons. */
  readonly codes: readonly string[];
  /** Another trust than the lab's. */
  readonly trust?: (lab: Lab) => TrustMaterial;
}

export interface AttackPlan extends Omit<Attack, 'family' | 'verdict'> {
  readonly verdict?: Attack['verdict'];
}

/** Attacks of one family; FAILED unless a plan says otherwise. */
export const family = (name: Family, plans: readonly AttackPlan[]): readonly Attack[] =>
  plans.map((plan) => ({ verdict: 'FAILED', ...plan, family: name }));
