/** What the window asks about co-sign keys. */
import { hostname } from 'node:os';
import { YqError } from '#core/errors/index.ts';
import type { CosignProvider } from '#core/token/index.ts';
import type { Handlers } from '../ipc.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import { requirePin } from '../phone/tickets.ts';

type CosignHandlers = Pick<Handlers, Extract<keyof Handlers, `cosign:${string}`>>;

const PREFIX = 'cosign:';

export function cosignHandlers(
  ports: Pick<DeskPorts, 'backend' | 'tokens' | 'log'>,
  session: Session,
  given: CosignProvider | undefined,
): CosignHandlers {
  const provider = (): CosignProvider => {
    if (given === undefined) throw new YqError('IPC_REJECTED', { detail: 'no co-sign keys here' });
    return given;
  };
  const tokens = () => ports.tokens.view();
  return {
    'cosign:code': ({ moves }) =>
      ports.backend.cosignCode(
        session.identity().bearer,
        moves?.startsWith(PREFIX) ? moves.slice(PREFIX.length) : null,
      ),
    'cosign:enrol': async ({ code, pin }) => {
      const { id } = await provider().enrol({ code, pin, deviceName: hostname().slice(0, 80) });
      ports.log.write('info', 'co-sign key made');
      return { tokenId: id, tokens: await tokens() };
    },
    'cosign:refresh': async ({ tokenId, pin }) => {
      requirePin(pin);
      await provider().refresh(tokenId, pin);
      return tokens();
    },
    'cosign:suspend': async ({ tokenId, reason }) => {
      await provider().suspend(tokenId, reason);
      return tokens();
    },
    'cosign:forget': async ({ tokenId }) => {
      await provider().forget(tokenId);
      return tokens();
    },
  };
}
