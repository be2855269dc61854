/**
 * The documents the window may show. Records are kept as their exact bytes, files opened for verification stay on the disk and are
 * read from there; either way main keeps the SM3, the window only ever gets a handle and a URL, and only the bytes behind a handle
 * can be signed. So what is signed is byte for byte what was shown, and a file that changes after it was judged is served no more.
 */
import { randomUUID } from 'node:crypto';
import { sm3, toHex } from '#core/crypto/index.ts';
import type { YqError } from '#core/errors/index.ts';
import { bytesSource, frontOf, type ByteSource } from '#core/pdf/index.ts';
import type { PictureFormat } from '#core/pdf/types.ts';
import type { VerifyReport } from '#core/verify/types.ts';
import type { OpenedDocument, VerifyReportView } from '#shared/models.ts';
import type { PinnedFile } from './pinned-file.ts';

type Bytes = Uint8Array<ArrayBuffer>;

interface Held {
  readonly handle: string;
  readonly name: string;
  readonly size: number;
  /** Hex. */
  readonly sm3: string;
  report?: VerifyReportView;
  /** The judge's own report, from which exports are made. */
  judged?: VerifyReport;
  /** Ends of the revisions, bytes from the start, oldest first. */
  revisionEnds?: readonly number[];
}

/** Bytes in memory: a record, or what has just been signed. */
export interface HeldDocument extends Held {
  readonly bytes: Bytes;
  /** The record it belongs to; absent for a file opened for verification. */
  readonly record?: { readonly id: string; readonly version: number };
  /** Why it cannot be signed as it is. */
  blocked?: YqError;
}

/** A file on the disk as it was when it was judged. */
export interface HeldFile extends Held {
  readonly file: PinnedFile;
  /** What opened it, for as long as it is held: evidence is taken from it again for the report. */
  password?: string;
}

export interface ServedPicture {
  readonly bytes: Bytes;
  readonly type: string;
}

export interface DocumentStore {
  add(
    name: string,
    bytes: Bytes,
    extra?: { readonly record?: HeldDocument['record']; readonly report?: VerifyReportView },
  ): HeldDocument;
  /** `sm3` (hex) is the judge's, taken over the same bytes as its verdict. */
  addFile(name: string, file: PinnedFile, sm3: string): HeldFile;
  /** A record, or another document whose bytes are in memory. */
  get(handle: string): HeldDocument | undefined;
  find(handle: string): HeldDocument | HeldFile | undefined;
  /** Serves the first `end` bytes of a document at a URL of its own, until the document is closed. */
  addFront(handle: string, end: number): string;
  /** What is served at /document/<id>. */
  served(id: string): ByteSource | undefined;
  /** Holds a picture and gives its URL path; the same picture has one URL. */
  addPicture(bytes: Bytes, format?: PictureFormat): string;
  picture(id: string): ServedPicture | undefined;
  /** Forgets a picture by its URL path. */
  dropPicture(url: string): void;
  close(handle: string): void;
  /** While closed (the desk is locked) the bytes stay, but nothing is served under app://. */
  closed(closed: boolean): void;
  /** Drops everything: after sign-out nothing of a patient stays readable under app://. */
  clear(): void;
}

const pictureTypes: Readonly<Record<PictureFormat, string>> = {
  PNG: 'image/png',
  JPG: 'image/jpeg',
  GIF: 'image/gif',
  BMP: 'image/bmp',
  SVG: 'image/svg+xml',
};

/** The view of a held document; its URL is relative to the origin, so that it holds wherever the page is served from. */
export const viewOf = (d: HeldDocument | HeldFile): OpenedDocument => ({
  handle: d.handle,
  url: `/document/${d.handle}`,
  name: d.name,
  size: d.size,
  sm3: d.sm3,
});

/** Reads a held document's bytes, from memory or from the disk. */
export const sourceOf = (d: HeldDocument | HeldFile): ByteSource => ('bytes' in d ? bytesSource(d.bytes) : d.file);

export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, HeldDocument | HeldFile>();
  const fronts = new Map<string, { readonly handle: string; readonly end: number }>();
  const pictures = new Map<string, ServedPicture>();
  const pictureIds = new Map<string, string>();
  let shut = false;
  return {
    add(name, bytes, { record, report } = {}) {
      const held: HeldDocument = {
        handle: randomUUID(),
        name,
        bytes,
        size: bytes.length,
        sm3: toHex(sm3(bytes)),
        ...(record && { record }),
        ...(report && { report }),
      };
      documents.set(held.handle, held);
      return held;
    },
    addFile(name, file, digest) {
      const held: HeldFile = { handle: randomUUID(), name, size: file.size, sm3: digest, file };
      documents.set(held.handle, held);
      return held;
    },
    get(handle) {
      const held = documents.get(handle);
      return held && 'bytes' in held ? held : undefined;
    },
    find: (handle) => documents.get(handle),
    addFront(handle, end) {
      for (const [id, front] of fronts) if (front.handle === handle && front.end === end) return `/document/${id}`;
      const id = randomUUID();
      fronts.set(id, { handle, end });
      return `/document/${id}`;
    },
    served(id) {
      if (shut) return undefined;
      const front = fronts.get(id);
      const held = documents.get(front?.handle ?? id);
      if (!held) return undefined;
      return front ? frontOf(sourceOf(held), front.end) : sourceOf(held);
    },
    addPicture(bytes, format = 'PNG') {
      const key = `${format} ${toHex(sm3(bytes))}`;
      const id = pictureIds.get(key) ?? randomUUID();
      pictureIds.set(key, id);
      pictures.set(id, { bytes, type: pictureTypes[format] });
      return `/picture/${id}`;
    },
    picture: (id) => (shut ? undefined : pictures.get(id)),
    dropPicture(url) {
      const id = url.slice('/picture/'.length);
      pictures.delete(id);
      for (const [key, known] of pictureIds) if (known === id) pictureIds.delete(key);
    },
    close(handle) {
      documents.delete(handle);
      for (const [id, front] of fronts) if (front.handle === handle) fronts.delete(id);
    },
    closed(closed) {
      shut = closed;
    },
    clear() {
      documents.clear();
      fronts.clear();
      pictures.clear();
      pictureIds.clear();
    },
  };
}
