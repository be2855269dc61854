/**
 * What may not reach a log file. The log redacts, not the caller: a caller forgets. Two nets: values the desk has learnt to be
 * private (patients' names and numbers of the work list, the person's name), and forms that are private whoever writes them.
 */
import { homedir } from 'node:os';

type Form = readonly [form: RegExp, mark: string];

/** Each with what stands in its place. */
const privateForms: readonly Form[] = [
  [/(pin|口令|密码|password|passwd)("?\s*[:=：]\s*"?)[^"\s,;}]+/gi, '$1$2[PIN]'],
  [/(authorization|bearer|token)("?\s*[:=]?\s+"?)[\w.~+/-]{16,}=*/gi, '$1$2[SECRET]'],
  [/-----BEGIN [^-]+-----[\s\S]*?-----END [^-]+-----/g, '[PEM]'],
  // Resident identity number: 17 digits and a check character (GB 11643).
  [/(?<!\d)[1-9]\d{5}(?:19|20)\d{9}[\dXx](?!\d)/g, '[ID]'],
  [/(?<!\d)1[3-9]\d{9}(?!\d)/g, '[PHONE]'],
];
/** A home folder holds a person's name, a file name often a patient's. */
const pathForms: readonly Form[] = [
  [/(?:[A-Za-z]:\\|\\\\)[^\s"'<>|:*?]+/g, '[PATH]'],
  [/(?<![\w.:/])\/(?:[^\s"'<>:/]+\/)+[^\s"'<>:,)]*/g, '[PATH]'],
  [/\bfile:\/\/[^\s"']+/g, '[PATH]'],
];

export interface Redactor {
  /** For the log. */
  (text: string): string;
  /** For IT's eyes: paths stay, since a driver's path is what is looked for; the person's home folder becomes `~`. */
  keepingPaths(text: string): string;
  /** Values never to be written again. Shorter than two characters are ignored: they would eat the log. */
  learn(values: Iterable<string>): void;
}

export function createRedactor(home = homedir()): Redactor {
  const known = new Set<string>();
  let longestFirst: string[] = [];
  const strike = (text: string, forms: readonly Form[]): string => {
    let out = text;
    for (const value of longestFirst) out = out.replaceAll(value, '[PRIVATE]');
    for (const [form, mark] of forms) out = out.replace(form, mark);
    return out;
  };
  return Object.assign((text: string) => strike(text, [...privateForms, ...pathForms]), {
    keepingPaths: (text: string) => strike(home.length > 1 ? text.replaceAll(home, '~') : text, privateForms),
    learn(values: Iterable<string>) {
      for (const v of values) if (v.trim().length >= 2) known.add(v.trim());
      longestFirst = [...known].sort((a, b) => b.length - a.length);
    },
  });
}
