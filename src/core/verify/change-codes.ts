/** Every kind of change after a signature, in words for a doctor; `{…}` is filled with what was found. */
import type { PlacementMm } from '#core/pdf/index.ts';
import type { ChangeKind, ChangeReport } from './types.ts';

/**
 * What must have been allowed for a change to be fine (docs/design/010-judge-rules.md). `archive`: nothing, it may even follow a
 * certification that forbids all else. `signing`: anything but such a certification. `drawing`: no certification, or one that allows
 * annotations. `filling`, `annotating`: a certification that allows it. `sketching`: the same, and even then it is not sure. `never`. `unclear`:
 * nobody can tell.
 */
export type Need = 'archive' | 'signing' | 'drawing' | 'filling' | 'annotating' | 'sketching' | 'never' | 'unclear';

interface Entry {
  readonly kind: ChangeKind;
  readonly need: Need;
  readonly zh: string;
  readonly en: string;
}

const may = (need: Need, kind: ChangeKind, zh: string, en: string): Entry => ({ kind, need, zh, en });
const never = (kind: ChangeKind, zh: string, en: string): Entry => ({ kind, need: 'never', zh, en });

export const CHANGES = {
  SIGNATURE_ADDED: may('signing', 'signature', '之后又加了签名“{field}”。', 'Signature “{field}” was added later.'),
  APPEARANCE_ADDED: may(
    'signing',
    'signature',
    '之后的签名“{field}”显示在第 {page} 页，它盖住的内容请对照原件。',
    'Later signature “{field}” shows itself on page {page}; compare what lies under it with the original.',
  ),
  TIMESTAMP_ADDED: may(
    'archive',
    'time-stamp',
    '之后加了文档时间戳“{field}”。',
    'Document time stamp “{field}” was added later.',
  ),
  SECURITY_STORE_ADDED: may(
    'archive',
    'security-store',
    '之后加了长期验证资料。',
    'Material for long-term validation was added later.',
  ),
  SEAL_COPY_ADDED: may(
    'drawing',
    'seal-copy',
    '之后的签名“{field}”的印章也盖在第 {page} 页。',
    'The seal of later signature “{field}” also stands on page {page}.',
  ),
  METADATA_UPDATED: may(
    'signing',
    'metadata',
    '之后更新了文件的修改时间或制作软件（{key}）。',
    'The time of modification or the producer was brought up to date later ({key}).',
  ),
  CHANGED_FORM_VALUE: may(
    'filling',
    'form-value',
    '签署之后表单域“{field}”的值由“{before}”改为“{after}”。',
    'After signing, form field “{field}” was changed from “{before}” to “{after}”.',
  ),
  FIELD_REDRAWN: may(
    'filling',
    'form-value',
    '签署之后表单域“{field}”重画了外观，值没有变。',
    'After signing, form field “{field}” was drawn anew; its value is the same.',
  ),
  FORM_UPKEEP: may(
    'filling',
    'structure',
    '填表时更新了表单的公共设置（{key}）。',
    'Common settings of the form were updated on filling it in ({key}).',
  ),
  ANNOTATION_ADDED: may(
    'annotating',
    'annotation',
    '签署之后在第 {page} 页加了批注（{key}）。',
    'An annotation ({key}) was added to page {page} after signing.',
  ),
  ANNOTATION_CHANGED: may(
    'annotating',
    'annotation',
    '签署之后第 {page} 页的批注（{key}）被改动。',
    'An annotation ({key}) on page {page} was changed after signing.',
  ),
  ANNOTATION_REMOVED: may(
    'annotating',
    'annotation',
    '签署之后第 {page} 页的批注（{key}）被删除。',
    'An annotation ({key}) was removed from page {page} after signing.',
  ),

  ANNOTATION_SHOWS_CONTENT: may(
    'sketching',
    'annotation',
    '签署之后第 {page} 页加的批注（{key}）自带文字或图，看上去可能像原有内容。',
    'An annotation ({key}) added to page {page} after signing shows text or pictures of its own that may pass for what was signed.',
  ),
  CHANGED_LOCKED_FIELD: never(
    'form-value',
    '签名锁定的表单域“{field}”在签署之后被改动。',
    'Form field “{field}”, which the signature locks, was changed after signing.',
  ),
  FIELD_SHOWS_OTHER: never(
    'form-value',
    '表单域“{field}”显示的内容与它的值不同：值为“{before}”，显示“{after}”。',
    'Form field “{field}” shows something else than its value: the value is “{before}”, shown is “{after}”.',
  ),
  CHANGED_PAGE: never(
    'page',
    '签署之后第 {page} 页被改动（{key}）。',
    'Page {page} was changed after signing ({key}).',
  ),
  CHANGED_PAGE_CONTENT: never(
    'content',
    '签署之后第 {page} 页的内容被改动。',
    'The content of page {page} was changed after signing.',
  ),
  CHANGED_PAGES: never(
    'page',
    '签署之后页的数目或次序被改动。',
    'The number or order of pages was changed after signing.',
  ),
  CHANGED_ANNOTATION: never(
    'annotation',
    '签署之后第 {page} 页的批注被改动或增加。',
    'An annotation on page {page} was changed or added after signing.',
  ),
  ANNOTATION_COVERS_CONTENT: never(
    'annotation',
    '签署之后第 {page} 页加的批注会盖住或冒充原有内容。',
    'An annotation added to page {page} after signing can cover or imitate what was signed.',
  ),
  CHANGED_SEAL_COPY: never(
    'seal-copy',
    '之后的签名在第 {page} 页另加的图不是它自己的印章，或盖住了别的签章。',
    'A picture that a later signature put on page {page} is not its own seal, or covers another signature.',
  ),
  CHANGED_FIELD: never(
    'form-value',
    '签署之后表单域“{field}”被改动。',
    'Form field “{field}” was changed after signing.',
  ),
  CHANGED_FORM: never('structure', '签署之后表单被改动（{key}）。', 'The form was changed after signing ({key}).'),
  CHANGED_SIGNATURE: never(
    'signature',
    '签署之后签名“{field}”本身被改动。',
    'Signature “{field}” itself was changed after it was made.',
  ),
  CHANGED_COVERS_SIGNATURE: never(
    'signature',
    '之后的签章盖住了签名“{field}”。',
    'A later appearance covers signature “{field}”.',
  ),
  CHANGED_COVERS_PAGE: never(
    'page',
    '之后的签章盖住了第 {page} 页的大部分。',
    'A later appearance covers most of page {page}.',
  ),
  CHANGED_COVERS_CONTENT: may(
    'unclear',
    'content',
    '之后的签章盖住了第 {page} 页的文字“{before}”。',
    'A later appearance covers text on page {page}: “{before}”.',
  ),
  CHANGED_CATALOG: never(
    'structure',
    '签署之后文件的总目录被改动（{key}）。',
    'The catalog was changed after signing ({key}).',
  ),
  CHANGED_ACTION: never(
    'action',
    '签署之后加了或改了会自动执行的动作（{key}）。',
    'An action that runs by itself was added or changed after signing ({key}).',
  ),
  CHANGED_INFO: never(
    'metadata',
    '签署之后文件的属性信息被改动（{key}）。',
    'The document information was changed after signing ({key}).',
  ),
  CHANGED_TRAILER: never(
    'structure',
    '签署之后文件的结构信息被改动（{key}）。',
    'The trailer was changed after signing ({key}).',
  ),
  CHANGED_OBJECT: never('structure', '签署之后对象 {object} 被改动。', 'Object {object} was changed after signing.'),
  ADDED_OBJECT: never(
    'structure',
    '签署之后加了与签名无关的对象 {object}。',
    'Object {object}, which belongs to no signature, was added after signing.',
  ),
  REMOVED_OBJECT: never('structure', '签署之后对象 {object} 被删除。', 'Object {object} was removed after signing.'),
  PLANTED_OBJECT: never(
    'structure',
    '签署之前就预留了引用，签署之后才填入对象 {object}。',
    'Object {object} was filled in after signing for a reference that had been planted before.',
  ),
  CHANGED_AGAINST_DOCMDP: never(
    'structure',
    '认证签名不允许之后的这一改动。',
    'The certification does not allow this later change.',
  ),
  LATER_SIGNATURE_INVALID: never('signature', '之后的签名“{field}”无效。', 'The later signature “{field}” is invalid.'),
  REVISION_NOT_SIGNED: never(
    'structure',
    '之后的版本 {revision} 没有签名覆盖。',
    'No signature covers the later revision {revision}.',
  ),
  REVISION_NOT_COMPARED: may(
    'unclear',
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
  /** Instead of what the code usually needs. */
  readonly need?: Need;
}

/** A change as one step of revisions shows it; whether it is allowed depends on the signature that is asked for. */
export interface Change extends Omit<ChangeReport, 'allowed' | 'verdict'> {
  readonly code: ChangeCode;
  readonly need: Need;
  /** Fully qualified name of the form field it concerns. */
  readonly field?: string;
}

/** Longer values are shown by their beginning. */
const SHOWN = 300;
export const clipped = (text: string): string => (text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : text);

export function change(code: ChangeCode, revision: number, found: ChangeFound = {}): Change {
  const entry: Entry = CHANGES[code];
  const { need = entry.need, kind = entry.kind, key, place, before, after, ...rest } = found;
  const texts = {
    ...(before === undefined ? {} : { before: clipped(before) }),
    ...(after === undefined ? {} : { after: clipped(after) }),
  };
  const words: Readonly<Record<string, string | number | undefined>> = { ...rest, ...texts, key, revision };
  const fill = (s: string): string => s.replace(/\{(\w+)\}/g, (_, word: string) => String(words[word] ?? '?'));
  return {
    kind,
    need,
    revision,
    code,
    zh: fill(entry.zh),
    en: fill(entry.en),
    ...rest,
    ...texts,
    ...(place === undefined ? {} : { place }),
  };
}
