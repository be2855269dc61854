/** Which one thing is in front of the person: decided by what main keeps and by where the person has got to. */
import type { PatientPage } from '#shared/consent.ts';

export type Ask = 'handwriting' | 'fingerprint' | 'photo';
export type Scene =
  'waiting' | 'read' | 'ask' | 'paper' | 'write' | 'confirm' | 'thanks' | 'decline' | 'declined' | 'unreachable';

/** Where the person is, as far as main need not know. */
export interface Here {
  readonly at: 'read' | 'sign';
  /** Over whatever else: saying no, or looking at what was written. */
  readonly over: 'decline' | 'confirm' | null;
}

export const asksOf = (page: PatientPage): readonly Ask[] => [
  'handwriting',
  ...(page.asks.fingerprint ? (['fingerprint'] as const) : []),
  ...(page.asks.photo ? (['photo'] as const) : []),
];

/** Somebody who has written already comes back to the writing, not to the first page. */
export const beginning = (page: PatientPage): Here => ({
  at: page.allowed?.handwriting === true && page.strokes.length > 0 ? 'sign' : 'read',
  over: null,
});

export function sceneOf(page: PatientPage | null | undefined, here: Here, declined: boolean): Scene {
  if (declined) return 'declined';
  if (page == null) return 'waiting';
  if (page.confirmed) return 'thanks';
  if (here.over === 'decline') return 'decline';
  if (here.at === 'read') return 'read';
  if (page.allowed === null) return 'ask';
  if (!page.allowed.handwriting) return 'paper';
  return here.over === 'confirm' ? 'confirm' : 'write';
}

/** Of three: reading, being asked, signing. */
export const stepOf = (scene: Scene): 1 | 2 | 3 | null =>
  scene === 'read' ? 1 : scene === 'ask' || scene === 'paper' ? 2 : scene === 'write' || scene === 'confirm' ? 3 : null;

export const SIZES = ['normal', 'large', 'largest'] as const;
export type TextSize = (typeof SIZES)[number];
