/** Signing by two parties over HTTP. */
import type { CosignOperation } from '#core/token/index.ts';
import type { Call, Handlers } from '../http/app.ts';
import { required } from '../login/login.ts';
import type { CosignRegistry } from './registry.ts';
import type { Cosign } from './service.ts';

/** operationId of openapi.json → operation of the protocol. */
const DEVICE_OPERATIONS: Readonly<Record<string, CosignOperation>> = {
  cosignOpen: 'open',
  cosignCertificate: 'certificate',
  cosignUnlock: 'unlock',
  cosignSign: 'sign',
  cosignPin: 'changePin',
  cosignRefreshBegin: 'refreshBegin',
  cosignRefreshOpen: 'refreshOpen',
  cosignRefreshTest: 'refreshTest',
  cosignRefreshCommit: 'refreshCommit',
  cosignRefreshDone: 'refreshDone',
  cosignState: 'state',
  cosignSuspend: 'suspend',
};

export function cosignHandlers(cosign: Cosign, registry: CosignRegistry): Handlers {
  const device = (op: CosignOperation) => async (call: Call) => ({
    body: await cosign.answer(op, String(call.params['id']), call.body, call.remote),
  });
  return {
    cosignBegin: async ({ body, remote }) => ({ status: 201, body: await cosign.begin(body, remote) }),
    ...Object.fromEntries(Object.entries(DEVICE_OPERATIONS).map(([id, op]) => [id, device(op)])),
    /** Who has proved who he is with a certificate gives himself a code. */
    cosignMyCode: ({ session, query }) => {
      const { person } = required(session);
      return { status: 201, body: cosign.makeCode(person.id, person.id, query['replaces']) };
    },
    cosignCode: ({ body }) => ({
      status: 201,
      body: cosign.makeCode((body as { personId: string }).personId, 'administrator'),
    }),
    cosignKeys: () => ({
      body: {
        keys: registry.all().map((key) => ({
          id: key.id,
          personId: key.personId,
          state: key.state,
          epoch: key.epoch,
          triesLeft: key.tries,
          deviceName: key.deviceName,
          createdAt: key.createdAt,
        })),
      },
    }),
    cosignAdminister: ({ params, body }) => {
      const { act, reason } = body as { act: 'unlock' | 'suspend' | 'resume' | 'revoke'; reason: string };
      return { body: cosign.administer(String(params['id']), act, reason) };
    },
    cosignMetrics: () => ({ body: { acts: registry.counts() } }),
  };
}
