/** Times as the page writes them: the person's own zone, the page's language. */
import type { Language } from '#core/errors/index.ts';

const locale = (language: Language): string => (language === 'zh' ? 'zh-CN' : 'en-GB');

export const dayOf = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(locale(language), { dateStyle: 'medium' }).format(new Date(iso));

export const momentOf = (iso: string, language: Language): string =>
  new Intl.DateTimeFormat(locale(language), {
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    hour12: false,
  }).format(new Date(iso));

/** 95 s → 1:35. */
export const minutesOf = (seconds: number): string =>
  `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;

const DAY = 86_400_000;
/** Whole days until then; negative when it is past. */
export const daysUntil = (iso: string, now: number): number => Math.floor((Date.parse(iso) - now) / DAY);
