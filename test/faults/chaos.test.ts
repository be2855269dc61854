/**
 * A short, seeded part of `npm run chaos`: the desk's main process killed on its way through batches; and
 * the invariants' script shown to find what it is there to find.
 */
import { copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { batchFlow } from '../chaos/flows/batch.ts';
import { check, type Findings } from '../chaos/invariants/check.ts';
import { seeded } from '../chaos/random.ts';
import { newReport } from '../chaos/report.ts';
import { chaosPin, openWard, signerId, type Ward } from '../chaos/ward.ts';

const KILLS = 4;

let ward: Ward;
beforeAll(async () => {
  ward = await openWard({ records: 60 });
});
afterAll(async () => {
  await ward?.dispose();
});

describe('the power goes while a batch is signed', () => {
  it(`${KILLS} deaths: nothing lost, doubled or half, and strangers say yes to what is signed`, async () => {
    const report = newReport();
    await batchFlow(ward, report, seeded(20_261_122), KILLS);
    await ward.desk.quit();
    expect(report.strikes.length).toBeGreaterThanOrEqual(KILLS);
    const judged = await ward.judge();
    expect([...report.violations, ...judged.violations]).toEqual([]);
    expect(judged.byUs).toBe(ward.approved.size);
  });
});

describe('the script that judges finds', () => {
  let place: string;
  const [backend, desk] = ['backend', 'desk'];
  const ask = (more: { handedIn?: boolean } = {}): Findings =>
    check({
      backend: join(place, backend),
      desk: join(place, desk),
      approved: [...ward.approved.values()],
      person: signerId,
      secrets: [chaosPin],
      settled: true,
      handedIn: true,
      ...more,
    });
  const kinds = (): string[] => [...new Set(ask().violations.map((v) => v.kind))].sort();
  const sql = (file: string, text: string): void => {
    const db = new DatabaseSync(join(place, file));
    db.exec(text);
    db.close();
  };
  const signed = (): string[] => readdirSync(join(place, desk, 'signed')).sort();
  const signedFile = (n = 0): string => join(place, desk, 'signed', signed()[n]!);

  beforeEach(() => {
    place = mkdtempSync(join(tmpdir(), 'yq-chaos-check-'));
    cpSync(ward.hospital.data, join(place, backend), { recursive: true });
    cpSync(join(ward.desk.home, 'desk'), join(place, desk), { recursive: true, filter: (f) => !f.endsWith('.sock') });
  });
  afterEach(() => {
    rmSync(place, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  });

  it('nothing in a sound ward', () => {
    const findings = ask();
    expect(findings.violations).toEqual([]);
    expect(findings.signed).toBe(ward.approved.size);
  });
  it('a document that is gone from the backend', () => {
    const db = new DatabaseSync(join(place, backend, 'backend.sqlite'));
    const row = db.prepare(`SELECT sm3_after FROM signers WHERE state = 'signed' AND person = ?`).get(signerId);
    db.close();
    rmSync(join(place, backend, 'documents', `${String(row!['sm3_after'])}.pdf`));
    expect(kinds()).toEqual(['lost']);
  });
  it('a signed file that is cut off', () => {
    truncateSync(signedFile(), 1000);
    expect(kinds()).toContain('half');
  });
  it('a record that is signed in two files', () => {
    copyFileSync(signedFile(), join(place, desk, 'signed', 'again.pdf'));
    expect(kinds()).toEqual(['doubled']);
  });
  it('a signed file of which neither queue nor backend know', () => {
    writeFileSync(join(place, desk, 'signed', 'stray.pdf'), '%PDF-1.7\n%%EOF\n');
    expect(kinds()).toEqual(['lost']);
  });
  it('a draft that was left over', () => {
    writeFileSync(join(place, desk, 'signed', '.yiqian-0-1-2.part'), '');
    expect(kinds()).toEqual(['half']);
  });
  it('a row of the queue whose file is gone, and one that is begun for ever', () => {
    const row = (record: string, state: string): string =>
      `INSERT INTO upload (record_id, version, person_id, file, sm3_before, sm3_after, state, begun_at)
       VALUES ('${record}', 1, '${signerId}', '/nowhere/${record}.pdf', 'A', 'B', '${state}', '2026-01-01')`;
    sql(join(desk, 'desk.sqlite'), `${row('X1', 'pending')}; ${row('X2', 'begun')}`);
    expect(kinds()).toEqual(['disagrees', 'lost']);
  });
  it('an approved record that is offered to nobody any more', () => {
    const { recordId } = [...ward.approved.values()][0]!;
    sql(join(backend, 'backend.sqlite'), `UPDATE signers SET state = 'returned' WHERE record = '${recordId}'`);
    expect(kinds()).toContain('lost');
  });
  it('a receipt that was never booked', () => {
    const { recordId } = [...ward.approved.values()][0]!;
    sql(
      join(backend, 'backend.sqlite'),
      `UPDATE signers SET state = 'waiting', sm3_after = NULL WHERE record = '${recordId}'`,
    );
    expect(kinds()).toEqual(expect.arrayContaining(['lost']));
  });
  it('an audit entry that was changed, or taken out', () => {
    sql(
      join(desk, 'desk.sqlite'),
      `UPDATE audit_entry SET entry = replace(entry, '"claimed":"2', '"claimed":"3') WHERE "index" = 2`,
    );
    expect(kinds()).toEqual(['audit']);
    sql(join(desk, 'desk.sqlite'), `DELETE FROM audit_entry WHERE "index" = 1`);
    expect(kinds()).toEqual(['audit']);
  });
  it.each(['utf8', 'utf16le', 'base64', 'hex'] as const)('a PIN in a file, as %s', (spelling) => {
    writeFileSync(
      join(place, desk, 'notes'),
      `x${Buffer.from(chaosPin, spelling === 'utf16le' ? 'utf16le' : 'utf8').toString(spelling === 'utf16le' ? 'latin1' : spelling)}`,
      'latin1',
    );
    expect(kinds()).toEqual(['secret']);
  });
});
