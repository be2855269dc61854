/** Times in seals: UTC by the standard, Beijing time with a Z by some vendors. */

/** What clocks may differ by, ms. */
const CLOCK_TOLERANCE = 300_000;

const BEIJING = 8 * 3_600_000;
/** Between writing a time and having it stamped, ms. */
const SLACK = 1_800_000;

export const isAhead = (time: Date, reference: Date): boolean => time.getTime() > reference.getTime() + CLOCK_TOLERANCE;

/** Ahead of `reference`, but not once eight hours are taken off: it may be local time that was written as UTC. */
export const mayBeLocalTime = (time: Date, reference: Date): boolean =>
  isAhead(time, reference) && time.getTime() - BEIJING <= reference.getTime() + CLOCK_TOLERANCE;

/** About eight hours ahead of a proven time. */
export const isLocalTimeOf = (time: Date, proven: Date): boolean =>
  Math.abs(time.getTime() - BEIJING - proven.getTime()) <= SLACK;
