/** By when a record must be signed (病历书写基本规范), as a span from now. */
export interface Due {
  /** soon: less than two hours are left. */
  readonly state: 'later' | 'soon' | 'over';
  readonly unit: 'minutes' | 'hours' | 'days';
  readonly n: number;
}

const HOUR = 3_600_000;

export function due(iso: string, now: number): Due {
  const left = new Date(iso).getTime() - now;
  const off = Math.abs(left);
  const state = left < 0 ? 'over' : left < 2 * HOUR ? 'soon' : 'later';
  if (off < HOUR) return { state, unit: 'minutes', n: Math.max(1, Math.floor(off / 60_000)) };
  if (off < 48 * HOUR) return { state, unit: 'hours', n: Math.floor(off / HOUR) };
  return { state, unit: 'days', n: Math.floor(off / (24 * HOUR)) };
}
