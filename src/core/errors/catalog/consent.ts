import { entry, type Catalog } from './entry.ts';

export const consentErrors = {
  CONSENT_INCOMPLETE: entry(
    '知情同意书还没有填完：{fields}。',
    '请补全后再交给患者。',
    'The consent form is not complete: {fields}.',
    'Fill it in before it goes to the patient.',
  ),
} satisfies Catalog;
