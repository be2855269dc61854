/** Entry of a utility process: gives it process.parentPort and takes from node:crypto what BoringSSL lacks, then runs the module. */
import { EventEmitter } from 'node:events';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { refuseWhatBoringSslLacks } from './boringssl.ts';

const [, , modulePath = '', ...args] = process.argv;

class ParentPort extends EventEmitter {
  #queue: unknown[] | undefined = [];
  constructor() {
    super();
    process.on('message', (data) => {
      if (this.#queue) this.#queue.push(data);
      else this.emit('message', { data, ports: [] });
    });
    // Messages wait for the first listener, as they do in Electron.
    this.on('newListener', (name) => {
      if (name === 'message') setImmediate(() => this.start());
    });
  }
  start(): void {
    const queue = this.#queue;
    this.#queue = undefined;
    for (const data of queue ?? []) this.emit('message', { data, ports: [] });
  }
  postMessage(message: unknown): void {
    sendToParent(message);
  }
}

const send = process.send?.bind(process);
function sendToParent(message: unknown): void {
  send?.(message, undefined, undefined, () => {});
}

const versions = JSON.parse(process.env['STANDIN_VERSIONS'] ?? '{}') as Record<string, string>;
for (const [key, value] of Object.entries(versions))
  Object.defineProperty(process.versions, key, { value, enumerable: true });
const exe = process.env['STANDIN_EXE'] ?? process.execPath;
delete process.env['STANDIN_VERSIONS'];
delete process.env['STANDIN_EXE'];
Object.assign(process, { type: 'utility', parentPort: new ParentPort() });
// A utility process has no process.send; code that looks for it must find parentPort only.
Object.defineProperty(process, 'send', { value: undefined });
process.on('disconnect', () => process.exit(0));
process.argv = [exe, modulePath, ...args];
refuseWhatBoringSslLacks();
await import(pathToFileURL(resolve(modulePath)).href);
