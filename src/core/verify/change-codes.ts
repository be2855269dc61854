/** Every kind of change after a signature, in words for a doctor; `{…}` is filled with what was found. */
import type { PlacementMm } from '#core/pdf/index.ts';
import type { ChangeKind, ChangeReport } from './types.ts';

interface Entry {
  readonly kind: ChangeKind;
  readonly allowed: boolean;
  readonly zh: string;
  readonly en: string;
}

const allowed = (kind: ChangeKind, zh: string, en: string): Entry => ({ kind, allowed: true, zh, en });
const forbidden = (kind: ChangeKind, zh: string, en: string): Entry => ({ kind, allowed: false, zh, en });

export const CHANGES = {
  SIGNATURE_ADDED: allowed('signature', '之后又加了签名“{field}”。', 'Signature “{field}” was added later.'),
  APPEARANCE_ADDED: allowed(
    'signature',
    '之后的签名“{field}”显示在第 {page} 页，它盖住的内容请对照原件。',
    'Later signature “{field}” shows itself on page {page}; compare what lies under it with the original.',
  ),
  SECURITY_STORE_ADDED: allowed(
    'security-store',
    '之后加了长期验证资料。',
    'Material for long-term validation was added later.',
  ),
  CHANGED_PAGE: forbidden(
    'page',
    '签署之后第 {page} 页被改动（{key}）。',
    'Page {page} was changed after signing ({key}).',
  ),
  CHANGED_PAGE_CONTENT: forbidden(
    'content',
    '签署之后第 {page} 页的内容被改动。',
    'The content of page {page} was changed after signing.',
  ),
  CHANGED_PAGES: forbidden(
    'page',
    '签署之后页的数目或次序被改动。',
    'The number or order of pages was changed after signing.',
  ),
  CHANGED_ANNOTATION: forbidden(
    'annotation',
    '签署之后第 {page} 页的批注被改动或增加。',
    'An annotation on page {page} was changed or added after signing.',
  ),
  CHANGED_FIELD: forbidden(
    'form-value',
    '签署之后表单域“{field}”被改动。',
    'Form field “{field}” was changed after signing.',
  ),
  CHANGED_FORM: forbidden('structure', '签署之后表单被改动（{key}）。', 'The form was changed after signing ({key}).'),
  CHANGED_SIGNATURE: forbidden(
    'signature',
    '签署之后签名“{field}”本身被改动。',
    'Signature “{field}” itself was changed after it was made.',
  ),
  CHANGED_COVERS_SIGNATURE: forbidden(
    'signature',
    '之后的签章盖住了签名“{field}”。',
    'A later appearance covers signature “{field}”.',
  ),
  CHANGED_COVERS_PAGE: forbidden(
    'page',
    '之后的签章盖住了第 {page} 页的大部分。',
    'A later appearance covers most of page {page}.',
  ),
  CHANGED_CATALOG: forbidden(
    'structure',
    '签署之后文件的总目录被改动（{key}）。',
    'The catalog was changed after signing ({key}).',
  ),
  CHANGED_ACTION: forbidden(
    'action',
    '签署之后加了或改了会自动执行的动作（{key}）。',
    'An action that runs by itself was added or changed after signing ({key}).',
  ),
  CHANGED_INFO: forbidden(
    'metadata',
    '签署之后文件的属性信息被改动。',
    'The document information was changed after signing.',
  ),
  CHANGED_TRAILER: forbidden(
    'structure',
    '签署之后文件的结构信息被改动（{key}）。',
    'The trailer was changed after signing ({key}).',
  ),
  CHANGED_OBJECT: forbidden(
    'structure',
    '签署之后对象 {object} 被改动。',
    'Object {object} was changed after signing.',
  ),
  ADDED_OBJECT: forbidden(
    'structure',
    '签署之后加了与签名无关的对象 {object}。',
    'Object {object}, which belongs to no signature, was added after signing.',
  ),
  REMOVED_OBJECT: forbidden(
    'structure',
    '签署之后对象 {object} 被删除。',
    'Object {object} was removed after signing.',
  ),
  PLANTED_OBJECT: forbidden(
    'structure',
    '签署之前就预留了引用，签署之后才填入对象 {object}。',
    'Object {object} was filled in after signing for a reference that had been planted before.',
  ),
  CHANGED_AGAINST_DOCMDP: forbidden(
    'structure',
    '认证签名不允许之后的任何改动。',
    'The certification allows no later change.',
  ),
  LATER_SIGNATURE_INVALID: forbidden(
    'signature',
    '之后的签名“{field}”无效。',
    'The later signature “{field}” is invalid.',
  ),
  REVISION_NOT_SIGNED: forbidden(
    'structure',
    '之后的版本 {revision} 没有签名覆盖。',
    'No signature covers the later revision {revision}.',
  ),
  REVISION_NOT_COMPARED: forbidden(
    'structure',
    '之后的版本太大或读不出来，无法比较。',
    'The later revision is too large or unreadable and cannot be compared.',
  ),
} as const satisfies Readonly<Record<string, Entry>>;

export type ChangeCode = keyof typeof CHANGES;

export interface ChangeFound {
  readonly object?: number;
  readonly page?: number;
  /** Fills of the sentence, beyond object and page. */
  readonly field?: string;
  readonly key?: string;
  readonly kind?: ChangeKind;
  readonly before?: string;
  readonly after?: string;
  readonly place?: PlacementMm;
}

export function change(code: ChangeCode, revision: number, found: ChangeFound = {}): ChangeReport {
  const entry = CHANGES[code];
  const { place: _place, ...words } = found;
  const values: Readonly<Record<string, string | number | undefined>> = { ...words, revision };
  const fill = (s: string): string => s.replace(/\{(\w+)\}/g, (_, key: string) => String(values[key] ?? '?'));
  return {
    kind: found.kind ?? entry.kind,
    revision,
    allowed: entry.allowed,
    code,
    zh: fill(entry.zh),
    en: fill(entry.en),
    ...(found.object === undefined ? {} : { object: found.object }),
    ...(found.page === undefined ? {} : { page: found.page }),
    ...(found.before === undefined ? {} : { before: found.before }),
    ...(found.after === undefined ? {} : { after: found.after }),
    ...(found.place === undefined ? {} : { place: found.place }),
  };
}
