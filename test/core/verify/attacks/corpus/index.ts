/** The attack corpus: every attack once, in the order of its families. */
import type { Attack } from './attack.ts';
import { certification } from './certified.ts';
import { changingLooks, coveringSignatures } from './covering.ts';
import { filledForms } from './filled.ts';
import { form } from './form.ts';
import { hiddenObjects } from './hidden.ts';
import { incrementalSaving } from './isa.ts';
import { keys } from './keys.ts';
import { marks } from './marks.ts';
import { pages } from './pages.ts';
import { ranges } from './ranges.ts';
import { seals } from './seals.ts';
import { shadow } from './shadow.ts';
import { wrapping } from './swa.ts';
import { times } from './times.ts';
import { universalForgery } from './usf.ts';

export type { Attack } from './attack.ts';
export { Lab } from './lab.ts';
export { honestSeal, sealTrust } from './seals.ts';

export const attacks: readonly Attack[] = [
  ...universalForgery,
  ...incrementalSaving,
  ...coveringSignatures,
  ...wrapping,
  ...certification,
  ...marks,
  ...shadow,
  ...changingLooks,
  ...hiddenObjects,
  ...ranges,
  ...pages,
  ...form,
  ...filledForms,
  ...seals,
  ...keys,
  ...times,
];
