/** The demo records as a stranger's reader sees them: the words are there, the place to sign stands right of its label. */
import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { demoRecords, renderRecord, Times } from '../../../src/backend/demo/records/index.ts';

const poppler = spawnSync('pdftotext', ['-v']).error === undefined;
if (!poppler) console.warn('SKIPPED: pdftotext (poppler-utils) is missing: test/backend/demo/records.test.ts');

const dir = mkdtempSync(path.join(os.tmpdir(), 'yiqian-records-'));
afterAll(() => rmSync(dir, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 }));

const times = new Times(new Date('2026-11-22T02:14:00Z'));
const MM = 25.4 / 72;

describe.skipIf(!poppler)('demo records', () => {
  for (const record of demoRecords(times)) {
    it(`${record.type} ${record.id}`, async () => {
      const { bytes, pages, signatures } = await renderRecord(record, times);
      const file = path.join(dir, `${record.id}.pdf`);
      writeFileSync(file, bytes);
      const text = execFileSync('pdftotext', ['-layout', file, '-'], { encoding: 'utf8' }).replace(/\s/g, '');
      expect(text).toContain(`第${pages}页共${pages}页`);
      expect(text).toContain(record.patient.name);
      expect(text).toContain(record.patient.admissionNumber);
      for (const { role } of record.signers) {
        const place = signatures.find((s) => s.role === role)?.placement;
        expect(place, role).toMatchObject({ width: 40, height: 15 });
        const label = labelOf(file, role, place!.page);
        expect(label.right * MM).toBeLessThanOrEqual(place!.x + 0.1);
        expect(place!.x - label.right * MM).toBeLessThan(4);
        const middle = ((label.top + label.bottom) / 2) * MM;
        expect(middle).toBeGreaterThan(place!.y + 4);
        expect(middle).toBeLessThan(place!.y + 11);
        expect(place!.x + 40).toBeLessThanOrEqual(record.orientation === 'landscape' ? 297 - 20 : 210 - 19.9);
      }
    });
  }

  it('tells times in the hospital’s zone', () => {
    expect(Times.minute(times.now)).toBe('2026-11-22 10:14');
    expect(Times.minute(times.daysAgo(1, '08:40'))).toBe('2026-11-21 08:40');
    expect(times.daysAgo(0, '00:30').toISOString()).toBe('2026-11-21T16:30:00.000Z');
  });
});

/** Where the last “role：” of a page stands, in points from the top left. */
function labelOf(file: string, role: string, page: number): { right: number; top: number; bottom: number } {
  const html = execFileSync('pdftotext', ['-bbox', '-f', String(page), '-l', String(page), file, '-'], {
    encoding: 'utf8',
  });
  const words = [
    ...html.matchAll(/<word xMin="([\d.]+)" yMin="([\d.]+)" xMax="([\d.]+)" yMax="([\d.]+)">([^<]*)<\/word>/g),
  ];
  const found = words.filter((w) => w[5]!.endsWith(`${role}：`)).at(-1);
  if (found === undefined) throw new Error(`no label ${role} on page ${page}`);
  return { right: Number(found[3]), top: Number(found[2]), bottom: Number(found[4]) };
}
