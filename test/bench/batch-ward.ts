/** A record service with as many scanned records of one size for 李医师 as a run wants, each its own document. */
import { readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PEOPLE } from '../../src/backend/demo/people.ts';
import { openRooms } from '../../src/backend/rooms.ts';
import { writeScan } from './documents.ts';

export const RECORD_PREFIX = 'BENCH';

/** Puts `count` records of about `size` bytes into the data of a backend that is not running. */
export const scannedRecords = (count: number, size: number) => async (home: string) => {
  const rooms = await openRooms({ dataDir: join(home, 'backend') });
  const path = join(tmpdir(), `yq-bench-record-${process.pid}.pdf`);
  try {
    for (let n = 1; n <= count; n++) {
      writeScan(path, size);
      const document = await rooms.documents.put(new Uint8Array(readFileSync(path)));
      rooms.register.add(
        {
          id: `${RECORD_PREFIX}${String(n).padStart(5, '0')}`,
          version: 1,
          type: '日常病程记录',
          title: `日常病程记录 ${n}`,
          department: PEOPLE.li.department,
          ward: PEOPLE.li.ward,
          patient: {
            id: `B${n}`,
            name: `测${n}`,
            pinyin: `ce ${n}`,
            sex: 'male',
            age: 20 + (n % 70),
            bed: String(n % 60),
            admissionNumber: String(500_000 + n),
            admittedOn: '2026-11-01',
          },
          author: '赵医师',
          submittedAt: new Date(Date.now() - 3_600_000 - n * 1000).toISOString(),
          urgent: false,
          mustReview: false,
          changes: [],
          signers: [
            {
              personId: PEOPLE.li.id,
              rule: {
                placement: { page: 1, x: 150, y: 250, width: 40, height: 15 },
                layout: null,
                seal: null,
                text: { zh: '固定位置', en: 'fixed place' },
                appearance: 'handwriting',
                role: '主治医师',
              },
            },
          ],
        },
        document,
      );
    }
  } finally {
    rmSync(path, { force: true });
    await rooms.close();
  }
};
