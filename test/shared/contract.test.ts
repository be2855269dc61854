import { expect, it } from 'vitest';
import { errorText } from '../../src/core/errors/index.ts';
import { ipcRejected } from '../../src/shared/errors.ts';
import { calls, events } from '../../src/shared/ipc.ts';

it('channels are area:verb', () => {
  for (const name of [...Object.keys(calls), ...Object.keys(events)]) expect(name).toMatch(/^[a-z]+:[a-zA-Z]+$/);
});
it('the preload’s refusal has the words of the catalogue', () => {
  expect(ipcRejected('x')).toEqual({
    code: 'IPC_REJECTED',
    zh: errorText('IPC_REJECTED', 'zh'),
    en: errorText('IPC_REJECTED', 'en'),
    detail: 'x',
  });
});
it('a PIN has at most 64 characters and at least one; a list to sign is never empty', () => {
  const ok = (pin: string) => calls['session:signIn'].input.safeParse({ tokenId: 't', keyId: 'k', pin }).success;
  expect([ok(''), ok('1'), ok('x'.repeat(64)), ok('x'.repeat(65))]).toEqual([false, true, true, false]);
  expect(calls['sign:approve'].input.safeParse({ items: [], pin: '1' }).success).toBe(false);
});
