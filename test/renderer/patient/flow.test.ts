import { describe, expect, it } from 'vitest';
import { asksOf, beginning, sceneOf, stepOf, type Here } from '../../../src/renderer/patient/flow.ts';
import type { PatientPage } from '../../../src/shared/consent.ts';

const page = (over: Partial<PatientPage> = {}): PatientPage => ({
  consentId: 'c',
  writer: 'patient',
  language: 'zh',
  title: '手术同意书',
  patientName: '王某某',
  signerName: '王某某',
  role: 'self',
  document: { handle: 'h', url: '/document/h', name: 'x.pdf', size: 1, sm3: 'AA' },
  paragraphs: [],
  asks: { fingerprint: true, photo: false },
  allowed: null,
  strokes: [],
  surface: { width: 160, height: 60 },
  confirmed: false,
  ...over,
});
const yes = { handwriting: true, fingerprint: false, photo: false, at: '2026-11-22T01:00:00Z' };
const reading: Here = { at: 'read', over: null };
const signing: Here = { at: 'sign', over: null };
const written = [
  {
    at: 1,
    pointer: 'pen' as const,
    points: [[1, 1, 0, 0.4, 0, 0] as [number, number, number, number, number, number]],
  },
];

describe('the way through the patient’s window', () => {
  it('nothing can be written before the person was asked', () => {
    expect(sceneOf(page(), signing, false)).toBe('ask');
    expect(sceneOf(page(), { at: 'sign', over: 'confirm' }, false)).toBe('ask');
    expect(sceneOf(page({ allowed: yes }), signing, false)).toBe('write');
  });
  it('a refusal leads to paper and never to the writing', () => {
    expect(sceneOf(page({ allowed: { ...yes, handwriting: false } }), signing, false)).toBe('paper');
  });
  it('asks only what the form asks, the handwriting first', () => {
    expect(asksOf(page())).toEqual(['handwriting', 'fingerprint']);
    expect(asksOf(page({ asks: { fingerprint: false, photo: false } }))).toEqual(['handwriting']);
  });
  it('somebody who has written already comes back to the writing', () => {
    expect(beginning(page({ allowed: yes, strokes: written }))).toEqual(signing);
    expect(beginning(page({ allowed: yes }))).toEqual(reading);
    expect(beginning(page({ strokes: written }))).toEqual(reading);
  });
  it('what main says stands above where the person is', () => {
    expect(sceneOf(page({ confirmed: true }), { at: 'read', over: 'decline' }, false)).toBe('thanks');
    expect(sceneOf(null, reading, false)).toBe('waiting');
    expect(sceneOf(undefined, reading, false)).toBe('waiting');
    expect(sceneOf(page(), reading, true)).toBe('declined');
    expect(sceneOf(page(), { at: 'read', over: 'decline' }, false)).toBe('decline');
  });
  it('three steps', () => {
    expect((['read', 'ask', 'paper', 'write', 'confirm', 'thanks', 'decline'] as const).map(stepOf)).toEqual([
      1,
      2,
      2,
      3,
      3,
      null,
      null,
    ]);
  });
});
