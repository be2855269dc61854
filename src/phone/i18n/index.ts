/** i18next with the page's two catalogues. The language is the phone's own until the person chooses. */
import i18next from 'i18next';
import { initReactI18next, useTranslation } from 'react-i18next';
import type { Language } from '#core/errors/index.ts';
import { en } from './en.ts';
import { zh, type Word } from './zh.ts';

const CHOSEN = 'yiqian-phone-language';

function preferred(): Language {
  let chosen: string | null = null;
  try {
    chosen = localStorage.getItem(CHOSEN);
  } catch {
    // Storage is switched off; the page says so where it matters.
  }
  if (chosen === 'zh' || chosen === 'en') return chosen;
  return /^zh\b/i.test(navigator.language) ? 'zh' : 'en';
}

const tell = (language: Language): void => {
  document.documentElement.lang = language === 'zh' ? 'zh-CN' : 'en';
};

export function startI18n(): void {
  const lng = preferred();
  tell(lng);
  void i18next.use(initReactI18next).init({
    lng,
    fallbackLng: 'zh',
    resources: { zh: { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
  });
}

export function choose(language: Language): void {
  try {
    localStorage.setItem(CHOSEN, language);
  } catch {
    // It holds until the page is closed.
  }
  tell(language);
  void i18next.changeLanguage(language);
}

export type Say = (word: Word, values?: Readonly<Record<string, string | number>>) => string;

export function useWords(): { readonly t: Say; readonly language: Language } {
  const { t, i18n } = useTranslation();
  // i18next's own types know one catalogue per program, and that is the desk's.
  return { t: t as unknown as Say, language: i18n.language === 'en' ? 'en' : 'zh' };
}
