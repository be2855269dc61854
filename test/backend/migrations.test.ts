/** A store of version 0.2 is taken over: records, signers and returns keep what they were, and their life can go on. */
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openRooms, type Rooms } from '../../src/backend/index.ts';
import { grading } from '../../src/backend/records/grading.ts';
import { MIGRATIONS } from '../../src/backend/store/migrations.ts';

/** Steps of the store that version 0.2 had. */
const RELEASED = 2;
const SM3 = (n: number): string => String(n).padStart(64, '0');
const dir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-migrate-'));
let rooms: Rooms;

beforeAll(async () => {
  const data = path.join(dir, 'backend');
  mkdirSync(data, { recursive: true });
  const db = new DatabaseSync(path.join(data, 'backend.sqlite'));
  for (const step of MIGRATIONS.slice(0, RELEASED)) db.exec(step);
  db.exec(`PRAGMA user_version = ${RELEASED}`);
  const patient = JSON.stringify({ id: 'P1', name: '王某某', bed: '15' });
  db.exec(`
    INSERT INTO persons (id, name, title, department, ward) VALUES
      ('10087', '赵医师', '住院医师', '心血管内科', '三病区'), ('10023', '李医师', '主治医师', '心血管内科', '三病区');
    INSERT INTO records (id, type, title, department, ward, patient, author, urgent, must_review, version) VALUES
      ('R1', '日常病程记录', '日常病程记录', '心血管内科', '三病区', '${patient}', '赵医师', 1, 0, 1),
      ('R2', '日常病程记录', '日常病程记录', '心血管内科', '三病区', '${patient}', '外院系统', 0, 1, 1);
    INSERT INTO versions (record, version, submitted_at, original_sm3, document_sm3, document_size, changes) VALUES
      ('R1', 1, '2026-11-20T01:00:00.000Z', '${SM3(1)}', '${SM3(2)}', 10, '[]'),
      ('R2', 1, '2026-11-20T02:00:00.000Z', '${SM3(3)}', '${SM3(3)}', 10, '[]');
    INSERT INTO signers (record, version, level, person, rule, state, sm3_before, sm3_after, certificate_serial, received_at, signed_at, reason) VALUES
      ('R1', 1, 0, '10087', '{"role":"住院医师"}', 'signed', '${SM3(1)}', '${SM3(2)}', 'AB', '2026-11-20T01:05:00.000Z', '2026-11-20T01:04:00.000Z', NULL),
      ('R1', 1, 1, '10023', '{"role":"主治医师"}', 'waiting', NULL, NULL, NULL, NULL, NULL, NULL),
      ('R2', 1, 0, '10023', '{"role":"主治医师"}', 'returned', NULL, NULL, NULL, '2026-11-20T03:00:00.000Z', NULL, '请补充');
  `);
  db.close();
  rooms = await openRooms({ dataDir: data });
});
afterAll(async () => {
  await rooms.close();
  rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
});

describe('a store of version 0.2', () => {
  it('has its records, with who signed and who is next', () => {
    const li = rooms.persons.get('10023')!;
    const [waiting] = rooms.register.list(li, 'waiting');
    expect(waiting).toMatchObject({
      ...{ id: 'R1', urgent: true, mustReview: false, mine: 'to-sign', level: { at: 2, of: 2 } },
      ...{ dueAt: null, returnReason: null, byIntern: false },
      signedBy: [{ name: '赵医师', at: '2026-11-20T01:04:00.000Z' }],
    });
    const { signers } = rooms.register.version('R1', 1)!;
    expect(signers[0]).toMatchObject({ rank: null, state: 'signed', signedVersion: 1, signedTrusted: null });
  });

  it('knows the author where he is one of the signers, and the return with its time', () => {
    expect(rooms.register.current('R1')!.authorId).toBe('10087');
    const returned = rooms.register.current('R2')!;
    expect(returned.authorId).toBeNull();
    expect(returned.signers[0]).toMatchObject({
      ...{ state: 'returned', reason: '请补充', closedAt: '2026-11-20T03:00:00.000Z', receivedAt: '' },
    });
    expect(returned.summary.returnReason).toBe('请补充');
  });

  it('has its patients, and goes on', () => {
    expect(rooms.register.patients('心血管内科', '三病区').map((p) => p.id)).toEqual(['P1']);
    rooms.register.sign('R1', 1, 1, {
      ...{ sm3Before: SM3(2), sm3After: SM3(4), size: 11, certificateSerial: 'CD', trusted: true },
      ...{ receivedAt: '2026-11-22T01:00:00.000Z', signedAt: '2026-11-22T01:00:00.000Z' },
    });
    rooms.register.close('R1', 1, 1, 'withdrawn', '改', '2026-11-22T02:00:00.000Z');
    expect(rooms.register.current('R1')!.signers[1]!.state).toBe('withdrawn');
  });

  it('does not call a time trusted that nobody noted as such', () => {
    const { signatures } = grading(rooms, {});
    expect(signatures.map((s) => [s.doctor.name, s.trusted, s.complete])).toEqual([
      ['赵医师', null, true],
      ['李医师', true, true],
    ]);
  });

  it('is opened again as it is', async () => {
    const { store } = rooms;
    const version = store.get('PRAGMA user_version')!['user_version'];
    expect(version).toBe(MIGRATIONS.length);
    expect(store.all('PRAGMA foreign_key_check')).toEqual([]);
    expect(store.get('PRAGMA integrity_check')!['integrity_check']).toBe('ok');
  });
});
