/** Which permission which window has: none but the camera, and that only where the policy allows photos. */
import { expect, it } from 'vitest';
import { guardPermissions, permissions } from '../../../src/main/guards/permissions.ts';

interface Handlers {
  request(permission: string, details: object): boolean;
  check(permission: string, details: object): boolean;
  readonly refused: string[];
}
function guarded(camera: boolean): Handlers {
  const refused: string[] = [];
  let request: ((c: object, p: string, answer: (ok: boolean) => void, d: object) => void) | undefined;
  let check: ((c: object, p: string, o: string, d: object) => boolean) | undefined;
  const session = {
    setPermissionRequestHandler: (f: typeof request) => (request = f),
    setPermissionCheckHandler: (f: typeof check) => (check = f),
    setDevicePermissionHandler: () => undefined,
  };
  guardPermissions(session as never, { refused: (p) => refused.push(p), camera });
  return {
    refused,
    request(permission, details) {
      let answer: boolean | undefined;
      request?.({}, permission, (ok) => (answer = ok), details);
      if (answer === undefined) throw new Error('no answer');
      return answer;
    },
    check: (permission, details) => check?.({}, permission, 'app://bundle', details) ?? true,
  };
}

it.each([false, true])('nothing of the table is open (photos allowed: %s)', (camera) => {
  const g = guarded(camera);
  for (const permission of [...Object.keys(permissions), 'window-management', 'unknown']) {
    expect(g.request(permission, {}), permission).toBe(false);
    expect(g.check(permission, {}), permission).toBe(false);
  }
  expect(g.refused).toContain('geolocation');
});
it('the camera opens with photos, the microphone never does', () => {
  const g = guarded(true);
  expect(g.request('media', { mediaTypes: ['video'] })).toBe(true);
  expect(g.check('media', { mediaType: 'video' })).toBe(true);
  for (const types of [['audio'], ['video', 'audio'], []])
    expect(g.request('media', { mediaTypes: types })).toBe(false);
  for (const type of ['audio', 'unknown']) expect(g.check('media', { mediaType: type })).toBe(false);
  expect(g.request('display-capture', { mediaTypes: ['video'] })).toBe(false);
  const closed = guarded(false);
  expect(closed.request('media', { mediaTypes: ['video'] })).toBe(false);
  expect(closed.check('media', { mediaType: 'video' })).toBe(false);
});
