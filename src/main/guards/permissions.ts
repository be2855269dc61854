/**
 * What the page may ask of Chromium. Everything is denied; an entry here would open one thing and say why.
 * The table names what is asked for most, so that the reason for each refusal stands in writing.
 */
import type { Session } from 'electron';

export const permissions: Readonly<Record<string, { readonly allowed: boolean; readonly reason: string }>> = {
  media: { allowed: false, reason: 'the desk has no camera or microphone function' },
  geolocation: { allowed: false, reason: 'where a doctor stands is nobody’s business' },
  notifications: { allowed: false, reason: 'main shows notifications itself, without patient data' },
  midi: { allowed: false, reason: 'no use' },
  pointerLock: { allowed: false, reason: 'no use' },
  fullscreen: { allowed: false, reason: 'the window’s own full screen is a menu item' },
  openExternal: { allowed: false, reason: 'links leave through the navigation table only' },
  'clipboard-read': { allowed: false, reason: 'a page must not read what was copied elsewhere' },
  'clipboard-sanitized-write': { allowed: false, reason: 'copying goes through main, which redacts' },
  hid: { allowed: false, reason: 'tokens are reached by token-host only' },
  serial: { allowed: false, reason: 'tokens are reached by token-host only' },
  usb: { allowed: false, reason: 'tokens are reached by token-host only' },
  'local-network-access': { allowed: false, reason: 'the page talks to main only' },
};

export const isAllowed = (permission: string): boolean => permissions[permission]?.allowed === true;

export function guardPermissions(session: Session, refused: (permission: string) => void): void {
  session.setPermissionRequestHandler((_contents, permission, answer) => {
    const allowed = isAllowed(permission);
    if (!allowed) refused(permission);
    answer(allowed);
  });
  session.setPermissionCheckHandler((_contents, permission) => isAllowed(permission));
  session.setDevicePermissionHandler(() => false);
}
