/** Records to sign, of a given size: a page that shows a scan (raw samples, as scanners write them) and a line of text. */
import { closeSync, openSync, writeSync } from 'node:fs';
import { randomBytes } from 'node:crypto';

/** Writes a PDF of about `size` bytes; never holds more than a piece of it. */
export function writeScan(path: string, size: number): void {
  const file = openSync(path, 'w');
  let at = 0;
  const offsets: number[] = [];
  const put = (data: string | Uint8Array): void => {
    const bytes = typeof data === 'string' ? Buffer.from(data, 'latin1') : data;
    writeSync(file, bytes);
    at += bytes.length;
  };
  const begin = (num: number): void => {
    offsets[num] = at;
    put(`${num} 0 obj\n`);
  };
  const width = 1000;
  const height = Math.max(1, Math.floor(size / (3 * width)));
  put('%PDF-1.7\n%\xE2\xE3\xCF\xD3\n');
  begin(1);
  put('<< /Type /Catalog /Pages 2 0 R >>\nendobj\n');
  begin(2);
  put('<< /Type /Pages /Kids [3 0 R] /Count 1 >>\nendobj\n');
  begin(3);
  put(
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R ' +
      '/Resources << /XObject << /Scan 5 0 R >> /Font << /F 6 0 R >> >> >>\nendobj\n',
  );
  const content = 'q 500 0 0 700 40 60 cm /Scan Do Q BT /F 12 Tf 40 800 Td (Discharge summary) Tj ET';
  begin(4);
  put(`<< /Length ${content.length} >>\nstream\n${content}\nendstream\nendobj\n`);
  begin(5);
  put(
    `<< /Type /XObject /Subtype /Image /Width ${width} /Height ${height} /ColorSpace /DeviceRGB /BitsPerComponent 8 ` +
      `/Length ${3 * width * height} >>\nstream\n`,
  );
  for (let left = 3 * width * height; left > 0;) {
    const piece = randomBytes(Math.min(left, 1 << 20));
    put(piece);
    left -= piece.length;
  }
  put('\nendstream\nendobj\n');
  begin(6);
  put('<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>\nendobj\n');
  const xref = at;
  const lines = offsets.slice(1).map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`);
  put(`xref\n0 ${offsets.length}\n0000000000 65535 f \n${lines.join('')}`);
  put(`trailer\n<< /Size ${offsets.length} /Root 1 0 R >>\nstartxref\n${xref}\n%%EOF\n`);
  closeSync(file);
}
