/** What crosses between window and main about phones: closed shapes, and nothing in them that a window has no business with. */
import { expect, it } from 'vitest';
import { calls, events } from '../../src/shared/ipc.ts';

const asks = (value: unknown): boolean => calls['phone:ask'].input.safeParse(value).success;

it('a phone is asked for a login or for a list that is not empty and not endless', () => {
  const item = { handle: 'h', sealId: null };
  expect(asks({ kind: 'login' })).toBe(true);
  expect(asks({ kind: 'records', items: [item] })).toBe(true);
  expect(asks({ kind: 'records', items: [] })).toBe(false);
  expect(asks({ kind: 'records', items: Array(1001).fill(item) })).toBe(false);
  expect(asks({ kind: 'records', items: [{ handle: 'h' }] })).toBe(false);
  expect(asks({ kind: 'batch', listId: 'l', digest: 'd' })).toBe(true);
  expect(asks({ kind: 'batch', listId: 'l' })).toBe(false);
  expect(asks({ kind: 'consent', ids: ['c'] })).toBe(true);
  expect(asks({ kind: 'consent', ids: [] })).toBe(false);
  expect(asks({ kind: 'pin' })).toBe(false);
});

it('main makes the rows: what a window adds of its own does not reach the use case', () => {
  const rows = [{ type: 't', initials: 'w', digest: 'ab'.repeat(32) }];
  expect(calls['phone:ask'].input.parse({ kind: 'login', rows })).toEqual({ kind: 'login' });
});

it('a ticket fits where a PIN stands; a stop has a reason', () => {
  const ticket = `phone:${'A'.repeat(22)}`;
  const item = { recordId: 'r', version: 1, handle: 'h', placement: null, layout: null, sealId: null };
  const items = [{ ...item, dropActive: false, reason: '' }];
  expect(calls['session:signIn'].input.safeParse({ tokenId: 'phone:k', keyId: 'k', pin: ticket }).success).toBe(true);
  expect(calls['sign:approve'].input.safeParse({ items, pin: ticket }).success).toBe(true);
  expect(calls['batch:start'].input.safeParse({ listId: 'l', digest: 'd', pin: ticket }).success).toBe(true);
  expect(calls['consent:finish'].input.safeParse({ id: 'c', pin: ticket }).success).toBe(true);
  expect(calls['consent:complete'].input.safeParse({ ids: ['c'], pin: ticket }).success).toBe(true);
  const stop = (reason: string) => calls['phone:stop'].input.safeParse({ keyId: 'k', reason }).success;
  expect([stop(''), stop('lost'), stop('x'.repeat(201))]).toEqual([false, true, false]);
});

it('progress has a state of the request, and the way it is heard by', () => {
  const told = { requestId: 'r', state: 'scanned', check: '42', approved: null, error: null, way: 'polling' };
  expect(events['phone:progress'].parse(told)).toEqual(told);
  expect(events['phone:progress'].safeParse({ ...told, state: 'signed' }).success).toBe(false);
  expect(events['phone:progress'].safeParse({ ...told, way: 'websocket' }).success).toBe(false);
});
