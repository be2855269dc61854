/** Every operation of a record's life with every status that openapi.json names for it. */
import { expect } from 'vitest';
import type { Answer, Hospital } from './hospital.ts';
import { signVersion, write } from './written-record.ts';

interface How {
  readonly params?: Record<string, string | number>;
  readonly query?: string;
  readonly token?: string | undefined;
  readonly json?: unknown;
  readonly body?: Uint8Array;
  readonly type?: string;
}
type Ask = (id: string, status: number, how?: How) => Promise<Answer>;

export async function walkLife(hospital: Hospital, ask: Ask): Promise<void> {
  const resident = await hospital.doctor('20087', '赵住院', { title: '住院医师' });
  const attending = await hospital.doctor('20023', '李主治', { title: '主治医师' });
  const [token, token2] = [await hospital.signIn(resident), await hospital.signIn(attending)];
  const lines = [
    { doctor: resident, role: '住院医师' },
    { doctor: attending, role: '主治医师' },
  ];
  const eventAt = hospital.now.toISOString();
  await write(hospital, 'LIFE', lines, { type: '入院记录', eventAt });
  await write(hospital, 'HIGH', [{ doctor: resident, role: '住院医师' }, lines[1]!]);
  const params = { id: 'LIFE' };
  const text = { body: Buffer.from('x'), type: 'text/plain' };

  for (const id of ['listRecordTypes', 'listPatients']) {
    await ask(id, 200, { token });
    await ask(id, 401);
  }
  for (const id of ['getLife', 'getTrace']) {
    await ask(id, 200, { token, params });
    await ask(id, 400, { token, params: { id: '../etc' } });
    await ask(id, 401, { params });
    await ask(id, 403, { token, params: { id: 'R2' } });
    await ask(id, 404, { token, params: { id: 'R99' } });
  }

  const change = { from: 1, sections: [{ id: 's2', text: '胸闷 3 年。' }], reason: '补充' };
  await ask('createVersion', 400, { token, params, json: { ...change, reason: '' } });
  await ask('createVersion', 401, { params, json: change });
  await ask('createVersion', 403, { token: token2, params, json: change });
  await ask('createVersion', 404, { token, params: { id: 'R99' }, json: change });
  const huge = { ...change, reason: 'x'.repeat(8 * 1024 * 1024) };
  await ask('createVersion', 413, { token, params, json: huge });
  await ask('createVersion', 415, { token, params, ...text });
  await ask('createVersion', 422, { token, params, json: { ...change, sections: [{ id: 's99', text: 'x' }] } });
  await ask('createVersion', 201, { token, params, json: change });
  await ask('createVersion', 200, { token, params, json: change });
  await ask('createVersion', 409, { token, params, json: { ...change, reason: '又一次' } });

  const two = { ...params, version: 2 };
  const urgent = { urgent: true, reason: '今晚手术' };
  const acts = [
    ['setUrgent', urgent],
    ['withdrawVersion', { reason: '改' }],
  ] as const;
  for (const [id, json] of acts) {
    await ask(id, 400, { token, params: two, json: {} });
    await ask(id, 401, { params: two, json });
    await ask(id, 403, { token, params: { id: 'R2', version: 1 }, json });
    await ask(id, 404, { token, params: { ...params, version: 9 }, json });
    await ask(id, 409, { token, params: { ...params, version: 1 }, json });
    await ask(id, 415, { token, params: two, ...text });
  }
  await ask('setUrgent', 204, { token, params: two, json: urgent });
  expect((await signVersion(hospital, resident, token, 'LIFE', 2)).answer.status).toBe(201);
  await ask('listRecords', 200, { token, query: '?state=mine' });
  await ask('withdrawVersion', 200, { token, params: two, json: { reason: '改' } });
  await signVersion(hospital, resident, token, 'LIFE', 3);
  await ask('returnVersion', 204, { token: token2, params: { ...params, version: 3 }, json: { reason: '请补充' } });
  await ask('listRecords', 200, { token, query: '?state=mine' });
  await ask('getVersion', 200, { token, params: { ...params, version: 3 } });
  for (const who of [token, token2]) {
    await ask('getLife', 200, { token: who, params });
    await ask('getTrace', 200, { token: who, params });
  }

  const day = '2026-11-22';
  const { json } = await ask('grading', 200, { token: hospital.admin, query: `?from=${day}&to=${day}` });
  expect(json.signatures.length).toBeGreaterThan(0);
  await ask('grading', 200, { token: hospital.admin, query: '?from=2030-01-01' });
  await ask('grading', 400, { token: hospital.admin, query: '?from=yesterday' });
  await ask('grading', 401, { token });
}
