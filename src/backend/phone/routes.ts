/** Signing by phone over HTTP: desks, phones, and a person's own keys. */
import type { CosignOperation } from '#core/token/index.ts';
import type { CosignRoom } from '../cosign/index.ts';
import type { Call, Handlers } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { DeskMessage, List } from './desk.ts';
import type { PhoneRoom } from './index.ts';

/** operationId of openapi.json → operation of the protocol. */
const DEVICE_OPERATIONS: Readonly<Record<string, CosignOperation>> = {
  cosignPhoneScan: 'phoneScan',
  cosignPhoneRefuse: 'phoneRefuse',
  cosignPhoneApprove: 'phoneApprove',
  cosignPhoneWork: 'phoneWork',
};

/** The secret of a request, which is its desk's. */
const secretOf = ({ headers }: Call): string | undefined =>
  /^Bearer ([A-Za-z0-9_-]{1,128})$/i.exec(String(headers['authorization'] ?? ''))?.[1];
const idOf = ({ params }: Call): string => String(params['id']);

export function phoneHandlers({ desk, events, register }: PhoneRoom, { cosign, registry }: CosignRoom): Handlers {
  const device = (op: CosignOperation) => async (call: Call) => ({
    body: await cosign.answer(op, idOf(call), call.body, call.remote),
  });
  return {
    phoneLogin: ({ body, remote }) => ({ status: 201, body: desk.askLogin((body as { desk: string }).desk, remote) }),
    phoneList: ({ session, body, remote }) => ({
      status: 201,
      body: desk.askList(body as List, required(session).person.id, remote),
    }),
    phoneRequest: (call) => ({ body: desk.view(desk.require(idOf(call), secretOf(call))) }),
    phoneEvents: (call) => ({
      type: 'text/event-stream',
      // A proxy that collects an answer before it passes it on is asked not to (nginx).
      headers: { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' },
      body: events.follow(desk.require(idOf(call), secretOf(call))),
    }),
    phoneMessages: (call) => {
      const { messages, taken } = call.body as { messages: DeskMessage[]; taken: number[] };
      return { body: desk.handOver(idOf(call), secretOf(call), messages, taken) };
    },
    phoneEnd: (call) => {
      desk.end(idOf(call), secretOf(call));
      return { status: 204 };
    },
    phoneMetrics: () => ({ body: { requests: register.counts() } }),
    ...Object.fromEntries(Object.entries(DEVICE_OPERATIONS).map(([id, op]) => [id, device(op)])),
    cosignMine: ({ session }) => ({
      body: {
        keys: registry.ofPerson(required(session).person.id).map((key) => ({
          keyId: key.id,
          deviceName: key.deviceName,
          place: key.place,
          state: key.state,
          createdAt: key.createdAt,
          lastUsedAt: registry.lastUsedAt(key.id),
        })),
      },
    }),
    cosignSuspendMine: (call) => {
      const { reason } = call.body as { reason: string };
      return { body: cosign.suspendMine(idOf(call), required(call.session).person.id, reason, call.remote) };
    },
  };
}
