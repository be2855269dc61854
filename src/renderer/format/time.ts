/** Times as people here read them: UTC+8, 24 hours. Stored and sent in UTC. */
const zone = 'Asia/Shanghai';
const parts = new Intl.DateTimeFormat('en-CA', {
  timeZone: zone,
  year: 'numeric',
  month: '2-digit',
  day: '2-digit',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
  hourCycle: 'h23',
});

/** `2026-11-22 10:12:07`; an unreadable time comes back as it is. */
export function dateTime(iso: string): string {
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return iso;
  const p = Object.fromEntries(parts.formatToParts(date).map((x) => [x.type, x.value]));
  return `${p['year']}-${p['month']}-${p['day']} ${p['hour']}:${p['minute']}:${p['second']}`;
}
export const dateOnly = (iso: string): string => (/^\d{4}-\d{2}-\d{2}$/.test(iso) ? iso : dateTime(iso).slice(0, 10));
export const timeOnly = (iso: string): string => dateTime(iso).slice(11);

export type Ago = { readonly unit: 'now' | 'minutes' | 'hours' | 'days'; readonly n: number };

export function ago(iso: string, now: number): Ago {
  const minutes = Math.max(0, Math.floor((now - new Date(iso).getTime()) / 60_000));
  if (minutes < 1) return { unit: 'now', n: 0 };
  if (minutes < 60) return { unit: 'minutes', n: minutes };
  if (minutes < 60 * 24) return { unit: 'hours', n: Math.floor(minutes / 60) };
  return { unit: 'days', n: Math.floor(minutes / 1440) };
}
