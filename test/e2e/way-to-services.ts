/**
 * The network between desk and services: a proxy on loopback that passes everything on until a test tells it to hold, cut or
 * answer in the service's place.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: passed on; kept before it arrives; delivered but its answer kept; cut; led elsewhere; or answered here. */
export type Treatment =
  | 'pass'
  | 'hold-before'
  | 'hold-after'
  | 'cut'
  | { readonly to: string }
  | { readonly status: number; readonly type: string; readonly body: string };

export interface WayToServices {
  readonly url: string;
  /** Treats requests whose `METHOD path` fits; the last rule set wins until `clear`. */
  treat(what: RegExp, how: Treatment): void;
  clear(): void;
  /** Settles when a request that fits has come in (hold-after: when the service has answered it). */
  reached(what: RegExp): Promise<void>;
  /** How many requests that fit were delivered to the service. */
  delivered(what: RegExp): number;
  close(): Promise<void>;
}

const bodyOf = async (message: IncomingMessage): Promise<Buffer> => {
  const parts: Buffer[] = [];
  for await (const part of message) parts.push(part as Buffer);
  return Buffer.concat(parts);
};

export async function openWay(target: string): Promise<WayToServices> {
  let rules: { readonly what: RegExp; readonly how: Treatment }[] = [];
  let watchers: { readonly what: RegExp; readonly tell: () => void }[] = [];
  const delivered: string[] = [];
  const tell = (line: string): void => {
    for (const w of watchers.filter(({ what }) => what.test(line))) w.tell();
    watchers = watchers.filter(({ what }) => !what.test(line));
  };

  const deliver = (
    url: URL,
    asked: IncomingMessage,
    body: Buffer,
  ): Promise<{ answer: IncomingMessage; content: Buffer }> =>
    new Promise((resolve, reject) => {
      const onward = request(
        url,
        { method: asked.method ?? 'GET', headers: { ...asked.headers, host: url.host } },
        (answer) => {
          bodyOf(answer).then((content) => resolve({ answer, content }), reject);
        },
      );
      onward.once('error', reject);
      onward.end(body);
    });
  const handle = async (asked: IncomingMessage, response: ServerResponse): Promise<void> => {
    const line = `${asked.method} ${asked.url}`;
    const how = rules.findLast(({ what }) => what.test(line))?.how ?? 'pass';
    const body = await bodyOf(asked);
    if (how === 'cut') {
      tell(line);
      return void asked.socket.destroy();
    }
    if (how === 'hold-before') return tell(line);
    if (typeof how === 'object' && 'status' in how) {
      tell(line);
      response.writeHead(how.status, { 'content-type': how.type });
      return void response.end(how.body);
    }
    const { answer, content } = await deliver(
      typeof how === 'object' ? new URL(how.to) : new URL(asked.url ?? '/', target),
      asked,
      body,
    );
    delivered.push(line);
    tell(line);
    if (how === 'hold-after') return;
    response.writeHead(answer.statusCode ?? 502, answer.headers);
    response.end(content);
  };
  const server = createServer((asked, response) => {
    handle(asked, response).catch(() => {
      asked.socket.destroy();
    });
  });
  await new Promise<void>((ok) => server.listen(0, '127.0.0.1', ok));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    treat(what, how) {
      rules.push({ what, how });
    },
    clear() {
      rules = [];
    },
    reached: (what) => new Promise((ok) => watchers.push({ what, tell: ok })),
    delivered: (what) => delivered.filter((line) => what.test(line)).length,
    async close() {
      server.closeAllConnections();
      await new Promise<void>((ok) => server.close(() => ok()));
    },
  };
}
