/**
 * The network between desk and services: a proxy on loopback that passes everything on until a test tells it to hold, cut, slow down,
 * repeat or falsify. With a certificate of its own it speaks TLS; the certificate may be exchanged for a stranger's at any time.
 */
import { createServer, request, type IncomingMessage, type ServerResponse } from 'node:http';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { pipeline } from 'node:stream/promises';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * What becomes of a request.
 * - `pass`: also an event stream, piece by piece; `hold-before`: kept before it arrives; `hold-after`: delivered, its answer kept;
 *   `collect`: the whole answer is waited for, as by a proxy that knows no event streams; `cut`: the line is cut before it arrives;
 *   `twice`: delivered two times, the second answer is given
 * - `to`: led elsewhere; `status`: answered here
 * - `cutRequestAt`: the line is cut when so many bytes of the body have come in; nothing is delivered
 * - `cutAnswerAt`: delivered; the line is cut after so many bytes of the answer's body, its head promising all of them
 * - `delay`: ms before it is delivered; `drip`: delivered, the answer comes in pieces with so many ms between them
 * - `garble`: delivered; one byte of the answer's body, counted from the end, is another
 */
export type Treatment =
  | 'pass'
  | 'hold-before'
  | 'hold-after'
  | 'collect'
  | 'cut'
  | 'twice'
  | { readonly to: string }
  | { readonly status: number; readonly type: string; readonly body: string }
  | { readonly cutRequestAt: number }
  | { readonly cutAnswerAt: number }
  | { readonly delay: number }
  | { readonly drip: number }
  | { readonly garble: number };

export interface Certified {
  /** PEM. */
  readonly key: string;
  readonly cert: string;
}

export interface WayToServices {
  readonly url: string;
  /** Treats requests whose `METHOD path` fits, `times` of them or all; the last rule set wins until `clear`. */
  treat(what: RegExp, how: Treatment, times?: number): void;
  clear(): void;
  /** Settles when a request that fits has come in (hold-after: when the service has answered it). */
  reached(what: RegExp): Promise<void>;
  /** How many requests that fit were delivered to the service. */
  delivered(what: RegExp): number;
  /** `METHOD path` of every request that came in, oldest first. */
  asked(): readonly string[];
  /** Nobody listens: connections are refused, open ones are cut. */
  down(): Promise<void>;
  up(): Promise<void>;
  /** Shows another certificate from the next connection on; open ones are cut. */
  showCertificate(certified: Certified): void;
  close(): Promise<void>;
}

/** Pieces of a dripping answer. */
const DROPS = 5;

const bodyOf = async (message: IncomingMessage, until = Infinity): Promise<Buffer> => {
  const parts: Buffer[] = [];
  let size = 0;
  for await (const part of message) {
    parts.push(part as Buffer);
    size += (part as Buffer).length;
    if (size >= until) break;
  }
  return Buffer.concat(parts);
};

interface Rule {
  readonly what: RegExp;
  readonly how: Treatment;
  left: number;
}

export async function openWay(target: string, certified?: Certified): Promise<WayToServices> {
  let rules: Rule[] = [];
  let watchers: { readonly what: RegExp; readonly tell: () => void }[] = [];
  const delivered: string[] = [];
  const asked: string[] = [];
  const tell = (line: string): void => {
    for (const w of watchers.filter(({ what }) => what.test(line))) w.tell();
    watchers = watchers.filter(({ what }) => !what.test(line));
  };
  const treatmentOf = (line: string): Treatment => {
    const rule = rules.findLast(({ what, left }) => left > 0 && what.test(line));
    if (rule) rule.left -= 1;
    return rule?.how ?? 'pass';
  };

  const deliver = async (
    url: URL,
    from: IncomingMessage,
    body: Buffer,
    streamTo?: ServerResponse,
  ): Promise<{ answer: IncomingMessage; content: Buffer }> => {
    const onward = request(url, { method: from.method ?? 'GET', headers: { ...from.headers, host: url.host } });
    const answer = await new Promise<IncomingMessage>((resolve, reject) => {
      onward.once('response', resolve);
      onward.once('error', reject);
      onward.end(body);
    });
    if (streamTo === undefined || !answer.headers['content-type']?.startsWith('text/event-stream')) {
      return { answer, content: await bodyOf(answer) };
    }
    streamTo.writeHead(answer.statusCode ?? 502, answer.headers);
    await pipeline(answer, streamTo);
    return { answer, content: Buffer.alloc(0) };
  };

  const giveBack = async (
    response: ServerResponse,
    { statusCode, headers }: IncomingMessage,
    content: Buffer,
    how: Treatment,
  ): Promise<void> => {
    response.writeHead(statusCode ?? 502, { ...headers, 'content-length': String(content.length) });
    if (typeof how === 'object' && 'cutAnswerAt' in how) {
      response.flushHeaders();
      const half = content.subarray(0, Math.min(how.cutAnswerAt, Math.max(0, content.length - 1)));
      await new Promise<void>((ok) => response.write(half, () => ok()));
      return void response.destroy();
    }
    if (typeof how === 'object' && 'drip' in how) {
      const drop = Math.max(1, Math.ceil(content.length / DROPS));
      for (let at = 0; at < content.length; at += drop) {
        response.write(content.subarray(at, at + drop));
        await sleep(how.drip);
      }
      return void response.end();
    }
    if (typeof how === 'object' && 'garble' in how && content.length > 0) {
      content[content.length - 1 - (how.garble % content.length)]! ^= 0x55;
    }
    response.end(content);
  };

  const handle = async (from: IncomingMessage, response: ServerResponse): Promise<void> => {
    const line = `${from.method} ${from.url}`;
    asked.push(line);
    const { socket } = from;
    const how = treatmentOf(line);
    const cutAt = typeof how === 'object' && 'cutRequestAt' in how ? how.cutRequestAt : undefined;
    const body = await bodyOf(from, cutAt);
    if (how === 'cut' || cutAt !== undefined) {
      tell(line);
      return void socket.destroy();
    }
    if (how === 'hold-before') return tell(line);
    if (typeof how === 'object' && 'status' in how) {
      tell(line);
      response.writeHead(how.status, { 'content-type': how.type });
      return void response.end(how.body);
    }
    if (typeof how === 'object' && 'delay' in how) await sleep(how.delay);
    const url = typeof how === 'object' && 'to' in how ? new URL(how.to) : new URL(from.url ?? '/', target);
    if (how === 'twice') {
      await deliver(url, from, body);
      delivered.push(line);
    }
    const { answer, content } = await deliver(url, from, body, how === 'pass' ? response : undefined);
    delivered.push(line);
    tell(line);
    if (how === 'hold-after' || response.headersSent) return;
    await giveBack(response, answer, content, how);
  };
  const listener = (from: IncomingMessage, response: ServerResponse): void => {
    const { socket } = from;
    handle(from, response).catch(() => {
      socket.destroy();
    });
  };
  const server = certified ? createTlsServer(certified, listener) : createServer(listener);
  // A client that does not believe the certificate hangs up; that is the test and no fault of ours.
  server.on('tlsClientError', (_e: Error, socket: Socket) => socket.destroy());
  const listen = (port: number): Promise<void> =>
    new Promise((ok, failed) => {
      server.once('error', failed);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', failed);
        ok();
      });
    });
  const down = async (): Promise<void> => {
    if (!server.listening) return;
    const closed = new Promise<void>((ok) => server.close(() => ok()));
    server.closeAllConnections();
    await closed;
  };
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    url: `${certified ? 'https' : 'http'}://127.0.0.1:${port}`,
    treat(what, how, times = Infinity) {
      rules.push({ what, how, left: times });
    },
    clear() {
      rules = [];
    },
    reached: (what) => new Promise((ok) => watchers.push({ what, tell: ok })),
    delivered: (what) => delivered.filter((line) => what.test(line)).length,
    asked: () => asked,
    down,
    up: () => (server.listening ? Promise.resolve() : listen(port)),
    showCertificate(shown) {
      (server as TlsServer).setSecureContext(shown);
      server.closeAllConnections();
    },
    close: down,
  };
}
