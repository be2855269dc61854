/**
 * The documents the window may show. Main keeps the exact bytes under a handle together with their SM3; the window only ever gets
 * the handle and a URL, and only the bytes behind a handle can be signed. So what is signed is byte for byte what was shown.
 */
import { randomUUID } from 'node:crypto';
import { sm3, toHex } from '#core/crypto/index.ts';
import type { OpenedDocument, VerifyReportView } from '#shared/models.ts';

type Bytes = Uint8Array<ArrayBuffer>;

export interface HeldDocument {
  readonly handle: string;
  readonly name: string;
  readonly bytes: Bytes;
  /** Hex. */
  readonly sm3: string;
  /** The record it belongs to; absent for a file opened for verification. */
  readonly record?: { readonly id: string; readonly version: number };
  report?: VerifyReportView;
}

export interface DocumentStore {
  add(
    name: string,
    bytes: Bytes,
    extra?: { readonly record?: HeldDocument['record']; readonly report?: VerifyReportView },
  ): HeldDocument;
  get(handle: string): HeldDocument | undefined;
  bytes(handle: string): Bytes | undefined;
  /** Holds a picture (PNG) and gives its URL path. */
  addPicture(bytes: Bytes): string;
  picture(id: string): Bytes | undefined;
  close(handle: string): void;
  /** While closed (the desk is locked) the bytes stay, but nothing is served under app://. */
  closed(closed: boolean): void;
  /** Drops everything: after sign-out nothing of a patient stays readable under app://. */
  clear(): void;
}

/** The view of a held document; its URL is relative to the origin, so that it holds wherever the page is served from. */
export const viewOf = (d: HeldDocument): OpenedDocument => ({
  handle: d.handle,
  url: `/document/${d.handle}`,
  name: d.name,
  size: d.bytes.length,
  sm3: d.sm3,
});

export function createDocumentStore(): DocumentStore {
  const documents = new Map<string, HeldDocument>();
  const pictures = new Map<string, Bytes>();
  let shut = false;
  return {
    add(name, bytes, { record, report } = {}) {
      const held: HeldDocument = {
        handle: randomUUID(),
        name,
        bytes,
        sm3: toHex(sm3(bytes)),
        ...(record && { record }),
        ...(report && { report }),
      };
      documents.set(held.handle, held);
      return held;
    },
    get: (handle) => documents.get(handle),
    bytes: (handle) => (shut ? undefined : documents.get(handle)?.bytes),
    addPicture(bytes) {
      const id = randomUUID();
      pictures.set(id, bytes);
      return `/picture/${id}`;
    },
    picture: (id) => (shut ? undefined : pictures.get(id)),
    close(handle) {
      documents.delete(handle);
    },
    closed(closed) {
      shut = closed;
    },
    clear() {
      documents.clear();
      pictures.clear();
    },
  };
}
