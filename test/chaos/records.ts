/** More records for 李医师 than the demo has: small notes, each its own document, put into the backend's data while nobody serves them. */
import { join } from 'node:path';
import { PDFDocument, StandardFonts } from 'pdf-lib';
import { PEOPLE } from '../../src/backend/demo/people.ts';
import { openRooms } from '../../src/backend/rooms.ts';

async function note(n: number): Promise<Uint8Array> {
  const document = await PDFDocument.create();
  const font = await document.embedFont(StandardFonts.Helvetica);
  const page = document.addPage([595.28, 841.89]);
  page.drawText(`Progress note ${n}`, { x: 60, y: 760, size: 14, font });
  page.drawText('Attending:', { x: 60, y: 200, size: 11, font });
  return document.save({ useObjectStreams: n % 2 === 0 });
}

const plain = (n: number): string => `试${n}`;

/** `patient`: name of the n-th record's. */
export const addRecords =
  (count: number, patient = plain) =>
  async (home: string) => {
    const rooms = await openRooms({ dataDir: join(home, 'backend') });
    try {
      for (let n = 1; n <= count; n++) {
        const document = await rooms.documents.put(await note(n));
        const id = `CH${String(n).padStart(5, '0')}`;
        rooms.register.add(
          {
            id,
            version: 1,
            type: '日常病程记录',
            title: `日常病程记录 ${n}`,
            department: PEOPLE.li.department,
            ward: PEOPLE.li.ward,
            patient: {
              id: `P${n}`,
              name: patient(n),
              pinyin: `shi ${n}`,
              sex: n % 2 === 0 ? 'female' : 'male',
              age: 20 + (n % 70),
              bed: String(n % 60),
              admissionNumber: String(100_000 + n),
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
                  placement: { page: 1, x: 150, y: 200, width: 40, height: 15 },
                  layout: null,
                  seal: null,
                  text: { zh: '按“主治医师：”定位', en: 'Placed at “主治医师：”' },
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
      await rooms.close();
    }
  };
