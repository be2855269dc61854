/** Joins the handlers to the operations of openapi.json on a Fastify server. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify';
import type { IncomingMessage } from 'node:http';
import { YqError } from '#core/errors/index.ts';
import type { LoginSession } from '../login/sessions.ts';
import { operations, type Operation } from './openapi.ts';
import { problemFor, SMALL_BODY } from './problems.ts';

export interface Call {
  readonly params: Readonly<Record<string, string | number>>;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  /** JSON: the value; small binary: bytes; application/pdf and application/cms: the stream. */
  readonly body: unknown;
  /** Set when the operation asks for a session. */
  readonly session: LoginSession | undefined;
  /** Address of the caller. */
  readonly remote: string;
}

export interface Result {
  readonly status?: number;
  readonly type?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
}

export type Handler = (call: Call) => Promise<Result> | Result;
export type Handlers = Readonly<Record<string, Handler>>;

export interface Guards {
  /** Throws LOGIN_REQUIRED. */
  readonly session: (bearer: string | undefined) => LoginSession;
  /** Throws CA_SECRET. */
  readonly admin: (bearer: string | undefined) => void;
}

export interface AppSettings {
  readonly handlers: Handlers;
  readonly guards: Guards;
  readonly log: (line: string) => void;
  /** Operations that this process serves; every one unless told otherwise. */
  readonly serves?: (operation: Operation) => boolean;
  /** Addresses of proxies whose X-Forwarded-For says who the caller is. */
  readonly proxies?: readonly string[];
}

export function buildApp({ handlers, guards, log, serves = () => true, proxies = [] }: AppSettings): FastifyInstance {
  const app = Fastify({
    trustProxy: proxies.length === 0 ? false : [...proxies],
    logger: false,
    bodyLimit: SMALL_BODY,
    requestTimeout: 120_000,
    forceCloseConnections: true, // a client that keeps its line open does not hold up the end
    routerOptions: { maxParamLength: 2048, caseSensitive: true },
    ajv: { customOptions: { removeAdditional: false, coerceTypes: true, useDefaults: true, allErrors: false } },
  });
  readBodies(app);
  app.decorateRequest('session', undefined);
  app.addHook('onSend', async (_request, reply) => {
    reply.header('x-content-type-options', 'nosniff');
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store');
  });
  const fail = (error: unknown, reply: FastifyReply): FastifyReply => {
    const { status, headers, problem, fault } = problemFor(error);
    if (fault !== undefined) log(`fault ${describe(fault)}`);
    return reply.code(status).headers(headers).type('application/problem+json').send(JSON.stringify(problem));
  };
  app.setErrorHandler((error, _request, reply) => fail(error, reply));
  app.setNotFoundHandler((_request, reply) => fail(new YqError('BACKEND_NOT_FOUND'), reply));

  const left = new Set(Object.keys(handlers));
  for (const operation of operations) {
    const handler = handlers[operation.id];
    if (handler === undefined) throw new Error(`openapi.json: nothing handles ${operation.id}`);
    left.delete(operation.id);
    if (serves(operation)) route(app, operation, handler, guards);
  }
  if (left.size > 0) throw new Error(`not in openapi.json: ${[...left].join(', ')}`);
  return app;
}

function route(app: FastifyInstance, operation: Operation, handler: Handler, guards: Guards): void {
  app.route({
    method: operation.method,
    url: routePath(operation),
    ...(operation.maxBody === undefined ? {} : { bodyLimit: operation.maxBody }),
    schema: {
      // A wildcard has no name to validate; its handler answers nonsense in its own protocol.
      ...(operation.params === undefined || operation.id === 'ocspGet' ? {} : { params: operation.params }),
      ...(operation.query === undefined ? {} : { querystring: operation.query }),
      ...(operation.headers === undefined ? {} : { headers: operation.headers }),
      ...(operation.body === undefined ? {} : { body: operation.body }),
    },
    onRequest: async (request) => {
      const bearer = /^Bearer ([A-Za-z0-9_\-+/=.]{1,256})$/i.exec(request.headers.authorization ?? '')?.[1];
      if (operation.guard === 'session') (request as WithSession).session = guards.session(bearer);
      if (operation.guard === 'admin') guards.admin(bearer);
      if (operation.accepts.length === 0) return;
      const type = (request.headers['content-type'] ?? '').split(';')[0]?.trim().toLowerCase() ?? '';
      if (!operation.accepts.includes(type)) {
        throw new YqError('BACKEND_MEDIA_TYPE', { params: { type: type === '' ? '?' : type.slice(0, 80) } });
      }
    },
    handler: async (request, reply) => {
      const result = await handler({
        params: request.params as Call['params'],
        query: request.query as Call['query'],
        headers: request.headers,
        body: request.body,
        session: (request as WithSession).session,
        remote: request.ip,
      });
      reply.code(result.status ?? (result.body === undefined ? 204 : 200));
      if (result.headers !== undefined) reply.headers(result.headers);
      if (result.type !== undefined) reply.type(result.type);
      else if (result.body !== undefined) reply.type('application/json; charset=utf-8');
      return reply.send(result.body instanceof Uint8Array ? Buffer.from(result.body) : result.body);
    },
  });
}

type WithSession = FastifyRequest & { session: LoginSession | undefined };

/** `/a/{b}.cer` → `/a/:b(^[a-z-]+$).cer`; the last path parameter of an OCSP GET may hold slashes, so it is a wildcard. */
function routePath({ id, path }: Operation): string {
  if (id === 'ocspGet') return path.replace('{request}', '*');
  return path.replace(/\{(\w+)\}(\.\w+)?/g, (_, name: string, suffix?: string) =>
    suffix === undefined ? `:${name}` : `:${name}(^[a-z-]+)${suffix}`,
  );
}

function readBodies(app: FastifyInstance): void {
  const json = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser<string>('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, undefined);
    else json(request, body, done);
  });
  for (const type of ['application/timestamp-query', 'application/ocsp-request']) {
    app.addContentTypeParser<Buffer>(type, { parseAs: 'buffer' }, (_request, body, done) => {
      done(null, new Uint8Array(body.buffer, body.byteOffset, body.byteLength));
    });
  }
  for (const type of ['application/pdf', 'application/cms']) {
    app.addContentTypeParser(type, (_request: FastifyRequest, payload: IncomingMessage, done) => {
      done(null, payload);
    });
  }
  app.addContentTypeParser('*', (_request: FastifyRequest, payload: IncomingMessage, done) => {
    payload.resume();
    done(null, undefined);
  });
}

function describe(fault: unknown): string {
  return fault instanceof Error ? (fault.stack ?? fault.message) : String(fault);
}
