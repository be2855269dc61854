/**
 * Content that runs by itself, comes from outside or can change what a page shows while every byte stays as it is. Each kind with one
 * sentence, and whether a document with it may be signed.
 */

interface Kind {
  /** A document with it is not signed, and the judge does not vouch for what it shows. */
  readonly refuses: boolean;
  /** Taking it out leaves what the page shows by itself as it was. */
  readonly droppable: boolean;
  readonly zh: string;
  readonly en: string;
}

const active = (zh: string, en: string): Kind => ({ refuses: true, droppable: true, zh, en });
const fixed = (zh: string, en: string): Kind => ({ refuses: true, droppable: false, zh, en });
const noted = (zh: string, en: string): Kind => ({ refuses: false, droppable: false, zh, en });

export const ACTIVE_KINDS = {
  JAVASCRIPT: active('JavaScript 脚本', 'JavaScript'),
  XFA: active('XFA 动态表单', 'an XFA form'),
  HIDE_ACTION: active('显示或隐藏内容的动作', 'an action that shows or hides content'),
  RESET_ACTION: active('清空或导入表单的动作', 'an action that empties or fills the form'),
  LAYER_ACTION: active('切换图层的动作', 'an action that switches layers'),
  LAUNCH_ACTION: active('启动外部程序或文件的动作', 'an action that starts a program or opens a file'),
  SUBMIT_ACTION: active('自动提交表单的动作', 'an action that sends the form by itself'),
  LINK_BY_ITSELF: active('自动打开网址或其他文件的动作', 'an action that opens an address or another file by itself'),
  MEDIA: active('嵌入的音视频、三维或富媒体内容', 'embedded sound, video, 3D or rich media'),
  PORTFOLIO: active('打开时显示另一文件的文件包', 'a portfolio, which opens another file in place of the page'),
  ALTERNATE_IMAGE: active('打印时换用的另一图像', 'another image for printing'),
  FOREIGN_PAGE: active('引用外部文件的页面内容', 'page content taken from another file'),
  LAYERS_SWITCH: active('屏幕与打印显示不同的图层', 'layers that differ between screen and print'),
  HIDDEN_ANNOTATION: active('带有外观的隐藏批注', 'a hidden annotation that has a picture'),
  LAYERS_HIDE: fixed('隐藏着内容的图层', 'layers that hide content'),
  FIELDS_DIFFER: fixed('重画之后显示不同的表单域', 'form fields that look different once they are drawn anew'),
  EXTERNAL_STREAM: fixed('存放在文件之外的数据', 'data that are kept outside of the file'),
  POSTSCRIPT: fixed('只在打印时执行的 PostScript 代码', 'PostScript code that runs on printing'),
  LAYERS: noted('可由读者开关的图层', 'layers that a reader can switch'),
  EMBEDDED_FILE: noted('附件', 'an embedded file'),
  SUBMIT_BUTTON: noted('提交表单的按钮', 'a button that sends the form'),
  HIDDEN_FIELD: noted('隐藏的表单域', 'a hidden form field'),
  NEED_APPEARANCES: noted('要求阅读器重画表单外观', 'a request to draw form fields anew'),
} as const satisfies Readonly<Record<string, Kind>>;

export type ActiveCode = keyof typeof ACTIVE_KINDS;

/** One thing found. */
export interface ActiveThing {
  readonly code: ActiveCode;
  /** Whether the document is not signed because of it, unless it is dropped. */
  readonly refuses: boolean;
  /** Whether a copy without it shows the same. */
  readonly droppable: boolean;
  /** A noun phrase, with the page where it is known. */
  readonly zh: string;
  readonly en: string;
  /** 1-based. */
  readonly page?: number;
  /** Object number and keys, for the expert. */
  readonly where: string;
}

export function activeThing(code: ActiveCode, where: string, page: number | undefined): ActiveThing {
  const { zh, en, refuses, droppable } = ACTIVE_KINDS[code];
  if (page === undefined) return { code, refuses, droppable, zh, en, where };
  return { code, refuses, droppable, zh: `第 ${page} 页：${zh}`, en: `${en} (page ${page})`, page, where };
}

/** Types of actions (ISO 32000-2, Table 201) by what they do: whenever they run, or only when nobody has clicked. */
export const ACTIONS: Readonly<Record<string, { readonly always?: ActiveCode; readonly byItself?: ActiveCode }>> = {
  JavaScript: { always: 'JAVASCRIPT' },
  Hide: { always: 'HIDE_ACTION' },
  ImportData: { always: 'RESET_ACTION' },
  ResetForm: { always: 'RESET_ACTION' },
  SetOCGState: { always: 'LAYER_ACTION' },
  Launch: { always: 'LAUNCH_ACTION' },
  Rendition: { always: 'MEDIA' },
  RichMediaExecute: { always: 'MEDIA' },
  Movie: { always: 'MEDIA' },
  Sound: { always: 'MEDIA' },
  GoTo3DView: { always: 'MEDIA' },
  SubmitForm: { always: 'SUBMIT_BUTTON', byItself: 'SUBMIT_ACTION' },
  URI: { byItself: 'LINK_BY_ITSELF' },
  GoToR: { byItself: 'LINK_BY_ITSELF' },
  GoToE: { byItself: 'LINK_BY_ITSELF' },
};

/** Annotation subtypes that play something. */
export const MEDIA_ANNOTATIONS: ReadonlySet<string> = new Set(['RichMedia', '3D', 'Movie', 'Sound', 'Screen']);
/** Annotation flags (Table 167): Hidden, NoView, ToggleNoView. */
export const HIDING_FLAGS = 2 | 32 | 256;
