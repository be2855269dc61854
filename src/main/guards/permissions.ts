/**
 * What a page may ask of Chromium. Everything is denied; an entry here would open one thing and say why.
 * The table names what is asked for most, so that the reason for each refusal stands in writing.
 */
import type { Session } from 'electron';

export const permissions: Readonly<Record<string, { readonly allowed: boolean; readonly reason: string }>> = {
  media: { allowed: false, reason: 'no microphone anywhere; the camera see cameraOnly' },
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

/** The one exception: the staff's window takes the photo of a consent form, where the policy allows photos. Picture, never sound. */
const cameraOnly = (permission: string, mediaTypes: readonly unknown[] | undefined): boolean =>
  permission === 'media' && mediaTypes !== undefined && mediaTypes.length > 0 && mediaTypes.every((t) => t === 'video');

export interface PermissionOptions {
  readonly refused: (permission: string) => void;
  /** Staff's window with photos allowed. The patient's window has no camera. */
  readonly camera: boolean;
}

export function guardPermissions(session: Session, { refused, camera }: PermissionOptions): void {
  session.setPermissionRequestHandler((_contents, permission, answer, details) => {
    const types = 'mediaTypes' in details ? details.mediaTypes : undefined;
    const allowed = isAllowed(permission) || (camera && cameraOnly(permission, types));
    if (!allowed) refused(permission);
    answer(allowed);
  });
  session.setPermissionCheckHandler(
    (_contents, permission, _origin, details) =>
      isAllowed(permission) || (camera && cameraOnly(permission, details.mediaType ? [details.mediaType] : undefined)),
  );
  session.setDevicePermissionHandler(() => false);
}
