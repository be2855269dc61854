import type { RecordSummary } from '../../../src/shared/models.ts';

/** A record of the list, as plain as can be. */
export const record = (id: string, over: Partial<RecordSummary> = {}): RecordSummary => ({
  id,
  version: 1,
  type: 't',
  title: 't',
  department: '',
  ward: '',
  patient: { id, name: id, pinyin: id, sex: 'male', age: 1, bed: '1', admissionNumber: '1', admittedOn: '2026-11-22' },
  signedBy: [],
  author: '',
  submittedAt: '2026-11-22T01:00:00Z',
  urgent: false,
  mustReview: false,
  mine: 'to-sign',
  level: null,
  dueAt: null,
  returnReason: null,
  byIntern: false,
  state: 'waiting',
  error: null,
  ...over,
});
