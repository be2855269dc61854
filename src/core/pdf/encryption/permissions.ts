/** What an encrypted document lets those do who opened it with the user password (ISO 32000-2, Table 22). */
import { YqError } from '#core/errors/index.ts';
import type { DocumentPermissions, PdfFile } from '../types.ts';

/** @param flags /P as a signed 32-bit number @param revision of the security handler: revision 2 knows four permissions only */
export function permissionsOf(flags: number, revision: number): DocumentPermissions {
  const bit = (position: number): boolean => (flags & (1 << (position - 1))) !== 0;
  const since3 = (position: number, otherwise: boolean): boolean => (revision >= 3 ? bit(position) : otherwise);
  return {
    print: bit(3),
    printInFullQuality: since3(12, bit(3)),
    modify: bit(4),
    copy: bit(5),
    annotate: bit(6),
    fillForms: bit(6) || since3(9, false),
    assemble: bit(4) || since3(11, false),
  };
}

/**
 * Whether the document lets a signature be put in: into a field that it has, with the right to fill forms; into a new field, with the
 * rights to modify and to annotate together.
 * @throws PDF_PERMISSION when it was opened with the user password and forbids it, or when its permissions were tampered with
 */
export function requireSigningPermission({ security }: Pick<PdfFile, 'security'>, field: 'existing' | 'new'): void {
  if (security === undefined || security.openedAs === 'owner') return;
  const { permissions, permissionsGenuine } = security;
  const allowed = field === 'existing' ? permissions.fillForms : permissions.modify && permissions.annotate;
  if (allowed && permissionsGenuine) return;
  const detail = permissionsGenuine ? `/P ${security.flags}` : `/P ${security.flags} differs from the encrypted copy`;
  const [zh, en] = permissionsGenuine
    ? field === 'existing'
      ? ['不允许填写签名域', 'filling in signature fields is forbidden']
      : ['不允许增加签名域', 'adding signature fields is forbidden']
    : ['权限设置被改动过', 'its permissions were tampered with'];
  throw new YqError('PDF_PERMISSION', { params: { 'reason.zh': zh, 'reason.en': en }, detail });
}
