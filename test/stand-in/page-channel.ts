/** Messages between a page's preload world and the main process: codec, pieces, ipcMain's handlers, paths of dropped files. */
import { makeCodec } from './codec.ts';
import { ipcMain } from './ipc-main.ts';
import { makeEvent } from './strict.ts';
import type { WebContents } from './web-contents.ts';

const codec = makeCodec();
/** One 27 MB literal takes twice as long as pieces of it. */
const PIECE = 256 * 1024;

interface PageMessage {
  readonly t: 'send' | 'invoke' | 'files' | 'preload-error';
  readonly id: number;
  readonly ch: string;
  readonly args: unknown[];
  readonly count: number;
  readonly file: string;
  readonly error: string;
}

export class PageChannel {
  readonly #contents: WebContents;
  #parts = '';
  #world = 0;

  constructor(contents: WebContents) {
    this.#contents = contents;
  }

  /** A new document has its own preload world; what the old one had half said is void. */
  worldIs(id: number): void {
    this.#world = id;
    this.#parts = '';
  }

  /** One piece of a message; the last one begins with a dot. */
  receive(payload: string): void {
    this.#parts += payload.slice(1);
    if (!payload.startsWith('.')) return;
    const text = this.#parts;
    this.#parts = '';
    this.#message(codec.decode(text) as PageMessage);
  }

  #message(m: PageMessage): void {
    const contents = this.#contents;
    if (m.t === 'preload-error') {
      console.error(`Unable to load preload script: ${m.file}\n${m.error}`);
      contents.emit('preload-error', makeEvent(), m.file, new Error(m.error));
      return;
    }
    if (m.t === 'files') {
      void this.#tellPaths(m.id, m.count);
      return;
    }
    const reply = (channel: string, ...args: unknown[]): void => contents.send(channel, ...args);
    const event = makeEvent({
      type: 'frame',
      sender: contents,
      senderFrame: contents.mainFrame,
      frameId: 1,
      processId: 1,
      ports: [],
      reply,
    });
    if (m.t === 'send') {
      contents.emit('ipc-message', event, m.ch, ...m.args);
      contents.ipc.emit(m.ch, event, ...m.args);
      ipcMain.emit(m.ch, event, ...m.args);
      return;
    }
    const handler = contents.ipc._handlers.get(m.ch) ?? ipcMain._handlers.get(m.ch);
    const world = this.#world;
    const answer = async (): Promise<object> => {
      if (!handler) return { error: `Error: No handler registered for '${m.ch}'` };
      try {
        const result = await handler(event, ...m.args);
        codec.encode(result);
        return { result };
      } catch (e) {
        console.error(`Error occurred in handler for '${m.ch}':`, e);
        return { error: String(e) };
      }
    };
    void answer().then((r) => this.deliver({ t: 'reply', id: m.id, ...r }, world));
  }

  deliver(message: object, world = this.#world): void {
    if (this.#contents.isDestroyed() || !world || world !== this.#world) return;
    const text = codec.encode(message);
    for (let i = 0; i < text.length; i += PIECE) {
      const piece = JSON.stringify(text.slice(i, i + PIECE));
      const expression = `__standinReceive(${piece},${i + PIECE >= text.length})`;
      this.#contents._send('Runtime.evaluate', { expression, contextId: world, silent: true }).catch(() => {});
    }
  }
  /** Full paths of files that the page holds, for webUtils.getPathForFile; '' for those it made itself. */
  async #tellPaths(id: number, count: number): Promise<void> {
    const contextId = this.#world;
    const paths = await Promise.all(
      Array.from({ length: count }, async (_, i) => {
        try {
          const { result } = await this.#contents._send('Runtime.evaluate', {
            expression: `__standinFiles(${id},${i})`,
            contextId,
          });
          return (await this.#contents._send('DOM.getFileInfo', { objectId: result.objectId ?? '' })).path;
        } catch {
          return '';
        }
      }),
    );
    this.deliver({ t: 'paths', id, paths }, contextId);
  }
}
