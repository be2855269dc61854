/** Reads a text/event-stream as it comes in (WHATWG HTML, 9.2.6), however it is cut into chunks. */
import { YqError } from '#core/errors/index.ts';

/** Characters of one event at most; a view with all its values is far below. */
const MAX_EVENT = 1024 * 1024;
const LF = 10;
const CR = 13;

export interface ServerEvent {
  /** 'message' unless the event names another. */
  readonly type: string;
  /** Lines of data, joined by LF. */
  readonly data: string;
}

export class EventStreamReader {
  readonly #decoder = new TextDecoder();
  /** What stands on the line that has not ended yet. */
  #line = '';
  #data: string[] = [];
  #type = '';
  #size = 0;
  /** The last chunk ended with CR: an LF at the beginning of the next one belongs to it. */
  #afterCr = false;

  /** The events that this chunk completes. What is not complete when the stream ends is no event. @throws YqError BACKEND_REFUSED when too long */
  push(chunk: Uint8Array): ServerEvent[] {
    const text = this.#decoder.decode(chunk, { stream: true });
    const events: ServerEvent[] = [];
    let from = 0;
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at);
      const afterCr = this.#afterCr;
      this.#afterCr = code === CR;
      if (code !== CR && code !== LF) continue;
      // LF of a CRLF: the line has ended already.
      if (!(code === LF && afterCr)) this.#endLine(text.slice(from, at), events);
      from = at + 1;
    }
    this.#hold(text.length - from);
    this.#line += text.slice(from);
    return events;
  }

  #hold(characters: number): void {
    this.#size += characters;
    if (this.#size > MAX_EVENT) throw new YqError('BACKEND_REFUSED', { params: { reason: 'event' } });
  }

  #endLine(rest: string, events: ServerEvent[]): void {
    this.#hold(rest.length);
    const line = this.#line + rest;
    this.#line = '';
    if (line !== '') return this.#field(line);
    if (this.#data.length > 0) events.push({ type: this.#type || 'message', data: this.#data.join('\n') });
    this.#data = [];
    this.#type = '';
    this.#size = 0;
  }

  #field(line: string): void {
    const colon = line.indexOf(':');
    // A comment: it only shows that the line lives.
    if (colon === 0) return;
    const name = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (name === 'data') this.#data.push(value);
    if (name === 'event') this.#type = value;
  }
}
