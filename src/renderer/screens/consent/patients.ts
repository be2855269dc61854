/** Finding a patient of the ward: name, pinyin whole or by its initials, bed, admission number. */
import type { z } from 'zod';
import type { patient } from '#shared/models.ts';

export type Patient = z.infer<typeof patient>;

const fold = (s: string): string => s.toLowerCase().replace(/\s+/g, '');

export function findPatients(all: readonly Patient[], search: string): Patient[] {
  const q = fold(search);
  const isBed = (p: Patient): boolean => q !== '' && fold(p.bed).replace(/^0+/, '') === q.replace(/^0+|床$/g, '');
  // Who types a number most often means the bed.
  const beds = (a: Patient, b: Patient): number =>
    Number(isBed(b)) - Number(isBed(a)) || a.bed.localeCompare(b.bed, 'en', { numeric: true });
  const fits = (p: Patient): boolean => {
    const initials = p.pinyin
      .split(/[\s']+/)
      .map((s) => s[0] ?? '')
      .join('')
      .toLowerCase();
    return [p.name, p.pinyin, p.admissionNumber].some((s) => fold(s).includes(q)) || initials.startsWith(q) || isBed(p);
  };
  return (q === '' ? [...all] : all.filter(fits)).sort(beds);
}
