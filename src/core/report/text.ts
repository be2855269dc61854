/** Times, days and sizes as the report writes them. */

const ZONE = 'Asia/Shanghai';
const time = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: ZONE });
const day = new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeZone: ZONE });

/** 2026-11-22 19:40:05 (UTC+8); the text itself when it is no time. */
export function timeText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : `${time.format(date)} (UTC+8)`;
}

export function dayText(iso: string): string {
  const date = new Date(iso);
  return Number.isNaN(date.getTime()) ? iso : day.format(date);
}

/** 1 234 567, with thin groups. */
export const bytesText = (n: number): string => String(n).replace(/\B(?=(\d{3})+$)/g, ' ');
