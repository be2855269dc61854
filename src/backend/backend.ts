/** The reference backend: the rooms with an HTTP server in front of them. */
import { auditHandlers } from './audit/routes.ts';
import { adminGuard, caHandlers } from './ca/routes.ts';
import { buildApp } from './http/app.ts';
import { consentHandlers } from './consent/index.ts';
import { cosignHandlers } from './cosign/routes.ts';
import { description } from './http/openapi.ts';
import { appearanceHandler, loginHandlers } from './login/login.ts';
import { grading } from './records/grading.ts';
import { recordsHandlers } from './records/records.ts';
import { signedDocumentCheck } from './records/upload-check.ts';
import { servePhonePage } from './phone/page.ts';
import { phoneHandlers } from './phone/routes.ts';
import { openRooms, type Rooms, type RoomsSettings } from './rooms.ts';
import { sealsHandler } from './seals/seals.ts';
import { DEMO_POLICY, timeStampService } from './tsa/service.ts';

export interface BackendSettings extends RoomsSettings {
  /** 0: any free port. */
  readonly port: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  /** Bytes of one uploaded document; 512 MiB by default. */
  readonly maxUpload?: number;
  /** The built page for phones (out/phone), served below /phone/; without it that address says how it is made. */
  readonly phoneDir?: string;
  /** 'cosign': co-signing and signing by phone alone, as a further process beside a whole backend on the same data directory. */
  readonly only?: 'cosign';
  /** Addresses of the proxies before this backend; the caller is then who they say he is. */
  readonly proxies?: readonly string[];
  /** Faults of ours, for the operator. Never patient data. */
  readonly log?: (line: string) => void;
}

export interface Backend {
  /** http://host:port, no slash at the end. */
  readonly url: string;
  readonly rooms: Rooms;
  close(): Promise<void>;
}

const MAX_UPLOAD = 512 * 1024 * 1024;

export async function createBackend(settings: BackendSettings): Promise<Backend> {
  const rooms = await openRooms(settings);
  try {
    const app = serve(rooms, settings);
    const url = await app.listen({ port: settings.port, host: settings.host ?? '127.0.0.1' });
    return {
      url,
      rooms,
      close: async () => {
        await app.close();
        await rooms.close();
      },
    };
  } catch (e) {
    await rooms.close();
    throw e;
  }
}

/** What a process for co-signing alone answers. */
const COSIGN_ALONE = /^\/api\/v1\/(cosign\/|phone\/|health$)/;

function serve(
  rooms: Rooms,
  { maxUpload = MAX_UPLOAD, log = () => undefined, phoneDir, only, proxies }: BackendSettings,
) {
  const { backendId, clock, hierarchies, persons, seals, sessions, trust } = rooms;
  const tsa = timeStampService({ hierarchies, serials: rooms.timeStampSerials, clock });
  const handlers = {
    health: () => ({
      body: {
        status: 'ok',
        backendId,
        version: description.info.version,
        time: clock().toISOString(),
        tsa: { url: '/tsa', policy: DEMO_POLICY },
      },
    }),
    description: () => ({ body: description }),
    ...loginHandlers({ backendId, persons, sessions, trust, clock }),
    myAppearance: appearanceHandler(persons),
    mySeals: sealsHandler(seals, persons),
    ...recordsHandlers({
      ...rooms,
      maxUpload,
      check: signedDocumentCheck(trust, persons, clock),
    }),
    grading: ({ query }: { query: Readonly<Record<string, string>> }) => ({ body: grading(rooms, query) }),
    ...caHandlers(rooms),
    ...auditHandlers(rooms.audits),
    ...consentHandlers({ ...rooms, ...rooms.consenting, maxUpload }),
    ...cosignHandlers(rooms.cosign.cosign, rooms.cosign.registry),
    ...phoneHandlers(rooms.phone, rooms.cosign),
    timeStamp: async ({ body }: { body: unknown }) => ({
      type: 'application/timestamp-reply',
      body: await tsa.answer(body as Uint8Array),
    }),
  };
  const guards = {
    session: (bearer: string | undefined) => sessions.require(bearer),
    admin: adminGuard(rooms.adminSecret),
  };
  const app = buildApp({
    handlers,
    guards,
    log,
    ...(only === 'cosign' && { serves: ({ path }) => COSIGN_ALONE.test(path) }),
    ...(proxies !== undefined && { proxies }),
  });
  app.addHook('preClose', (done) => {
    rooms.phone.close();
    setImmediate(done); // what the waiting are told is written by then
  });
  if (only === undefined) servePhonePage(app, phoneDir);
  return app;
}
