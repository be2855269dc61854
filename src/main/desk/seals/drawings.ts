/** Pictures for new seals: drawn here, or chosen by the person. The page sees URLs and handles, never bytes or paths. */
import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import { pictureInfo } from '#core/pdf/index.ts';
import type { Picture } from '#core/pdf/types.ts';
import { drawSeal, type SealFonts } from '#core/seal/index.ts';
import type { SealPicture } from '#core/seal/types.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { SealDrawing } from '#shared/models.ts';
import type { DocumentStore } from '../documents.ts';
import type { DeskPorts } from '../ports.ts';

const MAX_BYTES = 4 * 1024 * 1024;
/** Previews kept at a time; the page shows one, and the next replaces it. */
const PREVIEWS = 4;

export interface Drawings {
  draw(drawing: SealDrawing): Promise<CallOutput<'seals:draw'>>;
  choose(): Promise<CallOutput<'seals:choosePicture'>>;
  /** The picture that a new seal gets, with its size in mm. Throws DOCUMENT_CLOSED. */
  pictureOf(asked: CallInput<'seals:make'>['picture']): Promise<SealPicture>;
  clear(): void;
}

export function createDrawings(ports: DeskPorts, documents: DocumentStore, fonts: () => Promise<SealFonts>): Drawings {
  const drawn = async (drawing: SealDrawing): Promise<SealPicture> => {
    const { svg, widthMm, heightMm } = drawSeal(drawing, await fonts());
    return { format: 'SVG', data: new TextEncoder().encode(svg), widthMm, heightMm };
  };
  const chosen = new Map<string, Picture>();
  let previews: string[] = [];
  return {
    async draw(drawing) {
      const { format, data, widthMm, heightMm } = await drawn(drawing);
      const url = documents.addPicture(new Uint8Array(data), format);
      previews = [...previews.filter((u) => u !== url), url];
      for (const old of previews.slice(0, -PREVIEWS)) documents.dropPicture(old);
      previews = previews.slice(-PREVIEWS);
      return { url, widthMm, heightMm };
    },
    async choose() {
      const [path] = await ports.dialogs.openFiles('picture');
      if (path === undefined) return null;
      const name = basename(path);
      const bytes = await readFile(path).catch((cause: unknown) => {
        throw new YqError('SIGN_INPUT', { params: { file: name }, cause });
      });
      if (bytes.length > MAX_BYTES) throw new YqError('PDF_IMAGE_LIMIT', { params: { what: `${bytes.length} bytes` } });
      const data = new Uint8Array(bytes);
      // Read as signing will read it: what cannot be drawn is told now.
      const { format } = pictureInfo(data);
      const handle = randomUUID();
      chosen.set(handle, { format, data });
      return { handle, name, url: documents.addPicture(data, format), format };
    },
    async pictureOf(asked) {
      if ('drawing' in asked) return drawn(asked.drawing);
      const picture = chosen.get(asked.handle);
      if (!picture) throw new YqError('DOCUMENT_CLOSED', { detail: 'picture' });
      return { ...picture, widthMm: asked.widthMm, heightMm: asked.heightMm };
    },
    clear() {
      chosen.clear();
      previews = [];
    },
  };
}
