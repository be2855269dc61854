import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { EventStreamReader, type ServerEvent } from '../../../../src/core/token/phone/event-stream.ts';

const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (...chunks: readonly (string | Uint8Array)[]): ServerEvent[] => {
  const reader = new EventStreamReader();
  return chunks.flatMap((c) => reader.push(typeof c === 'string' ? bytesOf(c) : c));
};
const data = (events: readonly ServerEvent[]): string[] => events.map((e) => e.data);

describe('an event stream', () => {
  it('gives the events that it completes, and nothing of one that is not complete', () => {
    expect(read('data: {"a":1}\n\ndata: 2\n')).toEqual([{ type: 'message', data: '{"a":1}' }]);
  });
  it('joins lines of data, and takes off one blank', () => {
    expect(data(read('data: a\ndata:b\ndata:  c\ndata\n\n'))).toEqual(['a\nb\n c\n']);
  });
  it('passes over comments, unknown fields and events without data', () => {
    expect(data(read(':\n\n: beat\nid: 7\nretry: 1\nother\n\nevent: x\n\ndata: y\n\n'))).toEqual(['y']);
  });
  it('tells the type of an event, for that event alone', () => {
    expect(read('event: bye\ndata: 1\n\ndata: 2\n\n')).toEqual([
      { type: 'bye', data: '1' },
      { type: 'message', data: '2' },
    ]);
  });
  it('ends lines at LF, CR and CRLF, a byte order mark before the first', () => {
    expect(data(read('\uFEFFdata: a\r\n\r\ndata: b\r\rdata: c\n\n'))).toEqual(['a', 'b', 'c']);
    expect(data(read('data: a\r', '\n\r', '\ndata: b\r', '\r'))).toEqual(['a', 'b']);
  });
  it('refuses an event that never ends', () => {
    const reader = new EventStreamReader();
    const chunk = bytesOf(`data: ${'x'.repeat(100_000)}`);
    const push = (): void => {
      for (let i = 0; i < 20; i++) reader.push(chunk);
    };
    expect(push).toThrow(expect.objectContaining({ code: 'BACKEND_REFUSED' }));
  });

  const ending = fc.constantFrom('\n', '\r', '\r\n');
  const line = fc.oneof(
    fc.string({ unit: fc.constantFrom(...'ab: 中😀'), maxLength: 8 }).map((text) => ({ line: `data: ${text}`, text })),
    fc
      .string({ unit: fc.constantFrom(...'ab 中'), maxLength: 5 })
      .map((text) => ({ line: `:${text}`, text: undefined })),
  );
  const event = fc.record({ lines: fc.array(line, { maxLength: 4 }), end: ending });
  it('is the same however it is cut, byte by byte too', () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 5 }), fc.array(fc.nat(40), { maxLength: 30 }), (events, cuts) => {
        // One ending for the whole stream: CR before LF would otherwise be one end instead of two.
        const end = events[0]?.end ?? '\n';
        const whole = bytesOf(
          events
            .map(({ lines }) => [...lines.map((l) => l.line), '', ''].join(end).slice(0, -end.length) + end)
            .join(''),
        );
        const wanted = events.flatMap(({ lines }) => {
          const texts = lines.flatMap(({ text }) => (text === undefined ? [] : [text]));
          return texts.length === 0 ? [] : [texts.join('\n')];
        });
        const chunks: Uint8Array[] = [];
        let at = 0;
        for (const cut of cuts) {
          chunks.push(whole.subarray(at, at + cut));
          at += cut;
        }
        chunks.push(whole.subarray(at));
        expect(data(read(whole))).toEqual(wanted);
        expect(data(read(...chunks))).toEqual(wanted);
        expect(data(read(...[...whole].map((b) => Uint8Array.of(b))))).toEqual(wanted);
      }),
    );
  });
});
