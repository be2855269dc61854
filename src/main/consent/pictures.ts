/**
 * Fingerprint and photo. Both are asked for first: nothing is taken, not even looked at, before the patient's side has said yes to it in
 * its own window. Pictures from outside are read whole by core/pdf before they are kept.
 */
import { readFile, stat } from 'node:fs/promises';
import { asYqError, YqError } from '#core/errors/index.ts';
import { pictureInfo } from '#core/pdf/index.ts';
import type { ConsentDeps } from './deps.ts';
import type { Readers } from './fingerprint/readers.ts';
import type { Form, KeptPicture, PictureKind } from './form-store.ts';
import { PRESENTED, notNow, requireStage } from './rules.ts';

/** Of one picture. A reader's is 100 KB, a camera's some hundred. */
export const PICTURE_BYTES = 4 * 1024 * 1024;
const SIDE = { fingerprint: [64, 2400], photo: [160, 4096] } as const;
/** A person needs a moment to find the reader; longer, and somebody has walked away. */
const CAPTURE_TIMEOUT = 30_000;

const whatOf: Readonly<Record<PictureKind, readonly [zh: string, en: string]>> = {
  fingerprint: ['指纹', 'a fingerprint'],
  photo: ['照片', 'a photo'],
};

const unfit = (zh: string, en: string, detail?: string): YqError =>
  new YqError('CONSENT_PICTURE', {
    params: { 'reason.zh': zh, 'reason.en': en },
    ...(detail !== undefined && { detail }),
  });

/** Throws CONSENT_PICTURE with what is wrong. */
export function checkPicture(data: Uint8Array, kind: PictureKind): KeptPicture {
  if (data.length === 0 || data.length > PICTURE_BYTES) throw unfit('文件过大或为空', 'it is too large, or empty');
  let info: ReturnType<typeof pictureInfo>;
  try {
    info = pictureInfo(data);
  } catch (e) {
    throw unfit('不是能显示的图片', 'it is no picture that can be shown', asYqError(e, 'PDF_IMAGE').message);
  }
  const { format, widthPx = 0, heightPx = 0 } = info;
  if (format !== 'PNG' && format !== 'JPG' && (format !== 'BMP' || kind === 'photo')) {
    throw unfit('格式应为 PNG 或 JPG', 'it must be PNG or JPG', format);
  }
  const [least, most] = SIDE[kind];
  if (Math.min(widthPx, heightPx) < least || Math.max(widthPx, heightPx) > most) {
    throw unfit('像素过少或过多', 'it has too few or too many pixels', `${widthPx}×${heightPx}`);
  }
  return { format, data };
}

/** Throws CONSENT_NOT_ALLOWED, CONSENT_DECLINED, CONSENT_STAGE. */
export function requireAllowed(form: Form, kind: PictureKind): void {
  requireStage(form, PRESENTED);
  if (form.state.declined) throw new YqError('CONSENT_DECLINED');
  if (form.state.template[kind] === 'none') throw notNow('这种同意书不采集它', 'this kind of form does not take it');
  const [zh, en] = whatOf[kind];
  if (form.state.parts.patient?.allowed?.[kind] !== true) {
    throw new YqError('CONSENT_NOT_ALLOWED', { params: { 'what.zh': zh, 'what.en': en } });
  }
}

export interface Pictures {
  takeFingerprint(form: Form, readerId: string): Promise<Form>;
  importFingerprint(form: Form): Promise<Form>;
  setPhoto(form: Form, image: Uint8Array): Form;
  drop(form: Form, kind: PictureKind): Form;
  /** Ends a capture that is waiting for a finger. */
  cancel(): void;
}

export function createPictures({ ports, store, note, session }: ConsentDeps, readers: Readers): Pictures {
  let capture: AbortController | undefined;
  const keep = (
    id: string,
    kind: PictureKind,
    picture: KeptPicture,
    from: { readonly source: string; readonly simulated: boolean },
  ): Form =>
    store.transaction(() => {
      // A reader or a dialog took its time: the form may have moved on meanwhile.
      const form = store.load(id, session.identity().person.id);
      requireAllowed(form, kind);
      const kept: Form = { ...form, state: { ...form.state, [kind]: { ...from, at: ports.now().toISOString() } } };
      store.putPicture(id, kind, picture);
      store.save(kept);
      note({ act: `consent-${kind}`, subject: id, result: 'done' });
      return kept;
    });
  return {
    async takeFingerprint(form, readerId) {
      requireAllowed(form, 'fingerprint');
      const reader = readers.find(readerId);
      capture?.abort();
      const mine = new AbortController();
      capture = mine;
      try {
        const picture = await reader.capture({
          signal: mine.signal,
          timeout: CAPTURE_TIMEOUT,
          onEvent: () => undefined,
        });
        const checked = checkPicture(picture.data, 'fingerprint');
        return keep(form.id, 'fingerprint', checked, { source: reader.name, simulated: reader.simulated });
      } finally {
        if (capture === mine) capture = undefined;
      }
    },
    async importFingerprint(form) {
      requireAllowed(form, 'fingerprint');
      const [path] = await ports.dialogs.openFiles('picture');
      if (path === undefined) return form;
      let data: Uint8Array;
      try {
        if ((await stat(path)).size > PICTURE_BYTES) throw unfit('文件过大或为空', 'it is too large, or empty');
        data = new Uint8Array(await readFile(path));
      } catch (e) {
        throw e instanceof YqError
          ? e
          : unfit('文件无法读取', 'the file cannot be read', (e as NodeJS.ErrnoException).code);
      }
      return keep(form.id, 'fingerprint', checkPicture(data, 'fingerprint'), { source: 'file', simulated: false });
    },
    setPhoto(form, image) {
      requireAllowed(form, 'photo');
      if (!ports.configuration.consentPhotos.value) throw notNow('本院不采集照片', 'this hospital takes no photos');
      return keep(form.id, 'photo', checkPicture(image, 'photo'), { source: 'camera', simulated: false });
    },
    drop(form, kind) {
      requireStage(form, PRESENTED);
      const dropped: Form = { ...form, state: { ...form.state, [kind]: null } };
      store.transaction(() => {
        store.putPicture(form.id, kind, undefined);
        store.save(dropped);
      });
      return dropped;
    },
    cancel() {
      capture?.abort();
    },
  };
}
