/** The attack corpus: every attack once, in the order of its families. */
import type { Attack } from './attack.ts';
import { certification } from './certified.ts';
import { form } from './form.ts';
import { hiddenObjects } from './hidden.ts';
import { incrementalSaving } from './isa.ts';
import { keys } from './keys.ts';
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
  ...wrapping,
  ...certification,
  ...shadow,
  ...hiddenObjects,
  ...ranges,
  ...pages,
  ...form,
  ...seals,
  ...keys,
  ...times,
];
