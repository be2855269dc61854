/** The calls about the keys that are in: what is there, a test signature, another PIN. */
import { selfTest } from '#core/token/index.ts';
import type { Handlers } from '../ipc.ts';
import type { DeskPorts } from './ports.ts';
import { pinTriesView } from './views.ts';

type TokenCalls = Pick<Handlers, Extract<keyof Handlers, `tokens:${string}`>>;

export const tokenCalls = ({ tokens }: Pick<DeskPorts, 'tokens'>): TokenCalls => ({
  'tokens:list': () => tokens.view(),
  'tokens:test': async ({ tokenId, keyId, pin }) => {
    const { key } = await tokens.find(tokenId, keyId);
    return tokens.withLogin(tokenId, pin, (token) => selfTest(token, keyId, key.alwaysAuthenticate ? { pin } : {}));
  },
  'tokens:changePin': async ({ tokenId, oldPin, newPin }) => {
    await tokens.changePin(tokenId, oldPin, newPin);
    const info = (await tokens.provider.list()).find((t) => t.id === tokenId);
    return { pinTries: info ? pinTriesView(info.pinTries) : { kind: 'unknown' } };
  },
});
