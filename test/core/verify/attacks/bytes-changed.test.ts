import { beforeAll, describe, expect, it } from 'vitest';
import { judge, lastSignature, makeSample, overwrite, reasons, withByte, type Sample } from './forge.ts';

const orders = [
  { kind: 'sm2', signatures: 1, xref: 'table', stamped: true },
  { kind: 'sm2', signatures: 2, xref: 'stream', stamped: false },
  { kind: 'rsa', signatures: 1, xref: 'stream', stamped: true },
  { kind: 'rsa', signatures: 2, xref: 'table', stamped: false },
  { kind: 'ec-p256', signatures: 1, xref: 'table', stamped: false },
  { kind: 'ec-p256', signatures: 2, xref: 'stream', stamped: true },
] as const;

describe.each(orders)('bytes of a signed file are changed ($kind, $signatures, $xref, stamped $stamped)', (order) => {
  let sample: Sample;
  beforeAll(async () => {
    sample = await makeSample(order);
  });

  it('passes untouched', async () => {
    const report = await judge(sample.bytes, sample.trust);
    expect(reasons(report)).toEqual([]);
    expect(report.verdict).toBe('PASSED');
  });

  it('a changed byte anywhere outside the hole never passes', async () => {
    const { bytes, trust } = sample;
    const [a, b] = (await lastSignature(bytes)).contentsSpan ?? [0, 0];
    const step = Math.max(1, Math.floor(bytes.length / 120));
    const places = [0, 5, a - 1, a, b - 1, b, bytes.length - 7, bytes.length - 1];
    for (let at = 7; at < bytes.length; at += step) if (at < a || at >= b) places.push(at);
    for (const at of places) {
      const report = await judge(withByte(bytes, at, (bytes[at] ?? 0) ^ 0x01), trust);
      expect(report.verdict, `byte ${at} of ${bytes.length}`).not.toBe('PASSED');
    }
  });

  it('a changed byte of the signature data never passes', async () => {
    const { bytes, trust } = sample;
    const { contents, contentsSpan } = await lastSignature(bytes);
    const [a] = contentsSpan ?? [0];
    const used = 4 + ((contents[2] ?? 0) << 8) + (contents[3] ?? 0);
    const passed: number[] = [];
    for (let i = 0; i < used; i += i % 2 === 0 ? 11 : 7) {
      const changed = (contents[i] ?? 0) ^ 0x10;
      const hex = changed.toString(16).padStart(2, '0');
      const report = await judge(overwrite(bytes, a + 1 + 2 * i, hex), trust);
      if (report.verdict === 'PASSED') passed.push(i);
    }
    expect(passed).toEqual([]);
  });

  it('data hidden in the room behind the signature never pass', async () => {
    const { bytes, trust } = sample;
    const [, b] = (await lastSignature(bytes)).contentsSpan ?? [0, 0];
    const report = await judge(overwrite(bytes, b - 3, '01'), trust);
    expect(reasons(report)).toContain('CONTENTS_PADDING');
  });

  it('a file cut short never passes', async () => {
    const { bytes, trust } = sample;
    for (const cut of [1, 2, 7, 30, 500, Math.floor(bytes.length / 2), bytes.length - 10, bytes.length]) {
      const report = await judge(bytes.subarray(0, bytes.length - cut), trust);
      expect(report.verdict, `${cut} bytes cut off`).not.toBe('PASSED');
    }
  });

  it.each(['\n', ' ', '\r\n', '%', '\0', 'x'.repeat(3000), '\n%%EOF\n'])(
    'bytes behind the end never pass (%j)',
    async (tail) => {
      const { bytes, trust } = sample;
      const longer = new Uint8Array(bytes.length + tail.length);
      longer.set(bytes);
      const report = await judge(overwrite(longer, bytes.length, tail), trust);
      expect(report.verdict).not.toBe('PASSED');
    },
  );
});
