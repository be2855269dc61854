/** The gateway against a fake ipcMain: who may call, what may be said, what comes back. The specs in e2e do the same on the app. */
import { EventEmitter } from 'node:events';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { YqError } from '../../src/core/errors/index.ts';
import { patientCalls } from '../../src/shared/consent.ts';
import { calls } from '../../src/shared/ipc.ts';
import type { Handlers, PatientHandlers } from '../../src/main/ipc.ts';

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
let undo: ReturnType<typeof vi.fn>;
const frame = { url: 'app://bundle/index.html?x#y', parent: null };
const ask = (name: string, ...args: unknown[]) =>
  electron.handlers.get(name)?.({ sender: contents, senderFrame: frame }, ...args);

beforeEach(() => {
  electron.handlers.clear();
  contents = new Contents(1);
  failed = [];
  signIn = vi.fn();
  undo = vi.fn(() => ({ kept: 0 }));
  gateway = createGateway({
    handlers: {
      'session:signIn': signIn,
      'settings:get': () => ({ language: 'zh', theme: 'pink', locked: [] }),
    } as unknown as Handlers,
    patientHandlers: { 'patient:undo': undo, 'patient:page': () => null } as unknown as PatientHandlers,
    failed: (name, error) => failed.push(`${name} ${error.message}`),
  });
  gateway.trust(contents as never, 'desk');
});

it('every call of the contract has its channel, and no other has one', () => {
  expect([...electron.handlers.keys()].sort()).toEqual([...Object.keys(calls), ...Object.keys(patientCalls)].sort());
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

describe('two kinds of window', () => {
  const patientFrame = { url: 'app://patient/patient.html', parent: null };
  let patient: Contents;
  const askAs = (sender: Contents, senderFrame: object | null, name: string, input?: unknown) =>
    electron.handlers.get(name)?.({ sender, senderFrame }, input);
  const refused = (detail: string) => ({ ok: false, error: { code: 'IPC_REJECTED', detail } });
  beforeEach(() => {
    patient = new Contents(7);
    gateway.trust(patient as never, 'patient');
  });

  it('the patient’s window has its own calls', async () => {
    expect(await askAs(patient, patientFrame, 'patient:undo', { all: false })).toEqual({
      ok: true,
      value: { kept: 0 },
    });
  });
  it.each(Object.keys(calls))('refuses %s to the patient’s window and writes it down', async (name) => {
    expect(await askAs(patient, patientFrame, name, undefined)).toMatchObject(
      refused('call of the desk window from the patient window'),
    );
    expect(signIn).not.toHaveBeenCalled();
    expect(failed).toHaveLength(1);
    expect(failed[0]).toContain(name);
  });
  it.each(Object.keys(patientCalls))('refuses %s to the desk’s window', async (name) => {
    expect(await askAs(contents, frame, name, { all: true })).toMatchObject(
      refused('call of the patient window from the desk window'),
    );
    expect(undo).not.toHaveBeenCalled();
    expect(failed).toHaveLength(1);
  });
  it('a foreign sender, a frame within, another origin, the other kind’s origin are refused', async () => {
    const input = { all: false };
    expect(await askAs(new Contents(9), patientFrame, 'patient:undo', input)).toMatchObject(refused('unknown window'));
    expect(await askAs(patient, { ...patientFrame, parent: {} }, 'patient:undo', input)).toMatchObject(
      refused('not the top frame'),
    );
    expect(await askAs(patient, null, 'patient:undo', input)).toMatchObject(refused('frame is gone'));
    for (const url of ['app://bundle/patient.html', 'https://patient/', 'app://patient.evil/', 'about:blank']) {
      expect(await askAs(patient, { url, parent: null }, 'patient:undo', input), url).toMatchObject(
        refused('foreign origin'),
      );
    }
    expect(await askAs(contents, patientFrame, 'settings:get')).toMatchObject(refused('foreign origin'));
    expect(undo).not.toHaveBeenCalled();
  });
  it('a window that is gone is a stranger', async () => {
    patient.emit('destroyed');
    expect(await askAs(patient, patientFrame, 'patient:undo', { all: false })).toMatchObject(refused('unknown window'));
  });
  it('each kind is told its own events only', () => {
    gateway.sendPatient('patient:changed', null);
    gateway.send('desk:command', { command: 'lock' });
    expect(patient.sent).toEqual([['event:patient:changed', null]]);
    expect(contents.sent).toEqual([['event:desk:command', { command: 'lock' }]]);
  });
});

describe('telling the windows', () => {
  const health = { state: 'ok', latencyMs: 1, error: null } as const;
  it('goes to those that are trusted and alive', () => {
    const other = new Contents(2);
    gateway.trust(other as never, 'desk');
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
  expect(isOwnOrigin('app://patient/patient.html', 'patient')).toBe(true);
  expect(isOwnOrigin('app://patient/patient.html')).toBe(false);
  expect(isOwnOrigin('app://bundle/index.html', 'patient')).toBe(false);
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
