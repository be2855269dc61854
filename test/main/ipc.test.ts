/** The gateway against a fake ipcMain: who may call, what may be said, what comes back. The specs in e2e do the same on the app. */
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { YqError } from '../../src/core/errors/index.ts';
import { calls } from '../../src/shared/ipc.ts';
import type { Handlers } from '../../src/main/ipc.ts';

const electron = vi.hoisted(() => ({
  handlers: new Map<string, (event: object, ...args: unknown[]) => Promise<unknown>>(),
}));
vi.mock('electron', () => ({
  ipcMain: {
    handle: (name: string, f: (event: object, ...args: unknown[]) => Promise<unknown>) =>
      electron.handlers.set(name, f),
  },
}));
const { createGateway, isOwnOrigin } = await import('../../src/main/ipc.ts');

class Contents extends EventEmitter {
  readonly id: number;
  readonly sent: unknown[] = [];
  destroyed = false;
  constructor(id: number) {
    super();
    this.id = id;
  }
  isDestroyed(): boolean {
    return this.destroyed;
  }
  send(...args: unknown[]): void {
    this.sent.push(args);
  }
}

let contents: Contents;
let failed: string[];
let gateway: ReturnType<typeof createGateway>;
let signIn: ReturnType<typeof vi.fn>;
const frame = { url: 'app://bundle/index.html?x#y', parent: null };
const ask = (name: string, ...args: unknown[]) =>
  electron.handlers.get(name)?.({ sender: contents, senderFrame: frame }, ...args);

beforeEach(() => {
  electron.handlers.clear();
  contents = new Contents(1);
  failed = [];
  signIn = vi.fn();
  gateway = createGateway({
    handlers: {
      'session:signIn': signIn,
      'settings:get': () => ({ language: 'zh', theme: 'pink', locked: [] }),
    } as unknown as Handlers,
    failed: (name, error) => failed.push(`${name} ${error.message}`),
  });
  gateway.trust(contents as never);
});

it('every call of the contract has its channel, and no other has one', () => {
  expect([...electron.handlers.keys()].sort()).toEqual(Object.keys(calls).sort());
});
it('a failure crosses as code and words, and neither the answer nor the log has the PIN', async () => {
  signIn.mockRejectedValue(new YqError('TOKEN_PIN_INCORRECT'));
  const answer = await ask('session:signIn', { tokenId: 't', keyId: 'k', pin: '86420975' });
  expect(answer).toMatchObject({ ok: false, error: { code: 'TOKEN_PIN_INCORRECT', zh: { what: expect.any(String) } } });
  expect(signIn).toHaveBeenCalledWith({ tokenId: 't', keyId: 'k', pin: '86420975' });
  await ask('session:signIn', { tokenId: 't', keyId: 5, pin: '86420975' });
  expect(JSON.stringify([answer, failed])).not.toContain('86420975');
  expect(failed).toHaveLength(2);
});
it('anything thrown becomes INTERNAL without its stack', async () => {
  signIn.mockRejectedValue(new TypeError('boom'));
  const answer = await ask('session:signIn', { tokenId: 't', keyId: 'k', pin: '1' });
  expect(answer).toMatchObject({ ok: false, error: { code: 'INTERNAL', detail: 'boom' } });
  expect(JSON.stringify(answer)).not.toContain('.test.ts');
});
it('an answer that does not fit the contract is a fault of ours, not the page’s to digest', async () => {
  expect(await ask('settings:get')).toMatchObject({
    ok: false,
    error: { code: 'INTERNAL', detail: expect.stringContaining('theme') },
  });
});
it('fields that the contract does not know do not reach the use case', async () => {
  signIn.mockRejectedValue(new YqError('TOKEN_PIN_INCORRECT'));
  await ask('session:signIn', { tokenId: 't', keyId: 'k', pin: '1', admin: true });
  expect(signIn).toHaveBeenCalledWith({ tokenId: 't', keyId: 'k', pin: '1' });
});

describe('telling the windows', () => {
  const health = { state: 'ok', latencyMs: 1, error: null } as const;
  it('goes to those that are trusted and alive', () => {
    const other = new Contents(2);
    gateway.trust(other as never);
    other.emit('destroyed');
    gateway.send('health:changed', { token: health, tsa: health, backend: health });
    expect(contents.sent).toHaveLength(1);
    expect(other.sent).toHaveLength(0);
  });
  it('throws at home when the payload is wrong', () => {
    expect(() => gateway.send('desk:command', { command: 'format-disk' as never })).toThrow();
  });
});

it('own origin is scheme and host, nothing looser', () => {
  expect(isOwnOrigin('app://bundle/index.html')).toBe(true);
  for (const url of [
    'app://bundle.evil/',
    'app://evil/bundle',
    'https://bundle/',
    'app:bundle',
    'app://bundle:80/',
    '',
    'null',
    'about:blank',
  ]) {
    expect(isOwnOrigin(url), url).toBe(false);
  }
});
