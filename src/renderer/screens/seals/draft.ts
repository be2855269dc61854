/** A seal being made: what the person has said so far, and what is still missing. */
import type { SealDrawing } from '#shared/models.ts';

export type PictureKind = SealDrawing['kind'] | 'file';

export interface Holder {
  /** Serial number of a certificate on a token, or handle of a certificate file. */
  readonly id: string;
  readonly name: string;
  readonly notAfter: string;
}

export interface SealDraft {
  readonly kind: PictureKind;
  readonly organisation: string;
  readonly centre: string;
  readonly number: string;
  readonly department: string;
  readonly person: string;
  /** mm: diameter, side or width of a drawing. */
  readonly sizes: Readonly<Record<'round' | 'department' | 'name', number>>;
  readonly file: { readonly handle: string; readonly name: string; readonly url: string } | null;
  readonly fileWidth: number;
  readonly fileHeight: number;
  readonly name: string;
  readonly type: number;
  readonly holders: readonly Holder[];
  /** Days, `2026-11-22`, as people here read them. */
  readonly from: string;
  readonly to: string;
  /** The key that signs the seal. */
  readonly maker: { readonly tokenId: string; readonly keyId: string } | null;
}

const day = (t: number): string => new Date(t + 8 * 3_600_000).toISOString().slice(0, 10);

export const emptyDraft = (now: number): SealDraft => ({
  kind: 'round',
  organisation: '',
  centre: '',
  number: '',
  department: '',
  person: '',
  sizes: { round: 42, department: 45, name: 18 },
  file: null,
  fileWidth: 40,
  fileHeight: 15,
  name: '',
  type: 1,
  holders: [],
  from: day(now),
  to: day(now + 365 * 86_400_000),
  maker: null,
});

/** The drawing as main draws it, or null while words are missing or a size is out of bounds. */
export function drawingOf(d: SealDraft): SealDrawing | null {
  const within = (n: number, low: number, high: number) => n >= low && n <= high;
  const [organisation, department, person] = [d.organisation.trim(), d.department.trim(), d.person.trim()];
  switch (d.kind) {
    case 'round':
      return organisation === '' || !within(d.sizes.round, 20, 60)
        ? null
        : {
            kind: 'round',
            organisation,
            centre: d.centre.trim(),
            number: d.number.trim(),
            diameterMm: d.sizes.round,
          };
    case 'department':
      return organisation === '' || department === '' || !within(d.sizes.department, 20, 60)
        ? null
        : { kind: 'department', organisation, department, widthMm: d.sizes.department };
    case 'name':
      return person === '' || !within(d.sizes.name, 10, 30)
        ? null
        : { kind: 'name', name: person, sideMm: d.sizes.name };
    case 'handwriting':
      return person === '' ? null : { kind: 'handwriting', name: person };
    case 'file':
      return null;
  }
}

const isDay = (s: string): boolean => /^\d{4}-\d{2}-\d{2}$/.test(s) && !Number.isNaN(Date.parse(`${s}T00:00:00+08:00`));

export type Lack = 'picture' | 'name' | 'holders' | 'validity' | 'maker';

/** In the order of the form. */
export function lacks(d: SealDraft, pin: string): Lack[] {
  const picture = d.kind === 'file' ? d.file !== null && d.fileWidth > 0 && d.fileHeight > 0 : drawingOf(d) !== null;
  const checks: [Lack, boolean][] = [
    ['picture', picture],
    ['name', d.name.trim() !== ''],
    ['holders', d.holders.length > 0],
    ['validity', isDay(d.from) && isDay(d.to) && d.to > d.from],
    ['maker', d.maker !== null && pin !== ''],
  ];
  return checks.filter(([, there]) => !there).map(([lack]) => lack);
}

/** The seals:make request of a draft that lacks nothing; days begin and end at midnight, UTC+8. */
export function requestOf(d: SealDraft, pin: string) {
  const drawing = drawingOf(d);
  return {
    name: d.name.trim(),
    type: d.type,
    picture:
      drawing !== null ? { drawing } : { handle: d.file?.handle ?? '', widthMm: d.fileWidth, heightMm: d.fileHeight },
    holders: d.holders.map((h) => h.id),
    validFrom: new Date(`${d.from}T00:00:00+08:00`).toISOString(),
    validTo: new Date(`${d.to}T23:59:59+08:00`).toISOString(),
    maker: { tokenId: d.maker?.tokenId ?? '', keyId: d.maker?.keyId ?? '', pin },
  };
}
