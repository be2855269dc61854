/** A `text/event-stream` answer as it comes in (WHATWG HTML §9.2), for the one place where the desk listens to the service: a phone's request. */
import { YqError } from '#core/errors/index.ts';
import type { Fetch } from './http-client.ts';

export interface EventStreamRequest {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  /** Ends the stream; there is no other end but the service's. */
  readonly signal: AbortSignal;
}

/** Bytes of the answer, chunked as they come. Rejects where there is no stream to be had: refused, redirected, of another type. */
export const createEventStream =
  (fetch: Fetch) =>
  async ({ url, headers, signal }: EventStreamRequest): Promise<AsyncIterable<Uint8Array>> => {
    const response = await fetch(url, {
      method: 'GET',
      headers: { ...headers, accept: 'text/event-stream' },
      signal,
      redirect: 'error',
      cache: 'no-store',
      credentials: 'omit',
    }).catch((cause: unknown) => {
      throw new YqError('BACKEND_UNREACHABLE', { cause, detail: cause instanceof Error ? cause.name : String(cause) });
    });
    const type = response.headers.get('content-type') ?? '';
    if (response.status !== 200 || !/^text\/event-stream\b/i.test(type) || !response.body) {
      await response.body?.cancel().catch(() => undefined);
      throw new YqError('BACKEND_UNREACHABLE', { detail: `no events: HTTP ${response.status} ${type}` });
    }
    return chunksOf(response.body);
  };

/** Not the stream itself: the stream types of Electron and Node differ in being iterable. */
async function* chunksOf(body: ReadableStream<Uint8Array>): AsyncGenerator<Uint8Array> {
  const reader = body.getReader();
  let ended = false;
  try {
    for (;;) {
      const { done, value } = await reader.read();
      ended = done;
      if (done) return;
      yield value;
    }
  } finally {
    // Whoever stops listening lets the connection go.
    if (!ended) await reader.cancel().catch(() => undefined);
  }
}
