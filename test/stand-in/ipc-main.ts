/** `ipcMain`, and the same per WebContents (`webContents.ipc`). */
import { EventEmitter } from 'node:events';
import { strict } from './strict.ts';

export type Handler = (event: object, ...args: any[]) => unknown;

export class IpcMain extends EventEmitter {
  readonly _handlers = new Map<string, Handler>();
  handle(channel: string, handler: Handler): void {
    if (this._handlers.has(channel)) throw new Error(`Attempted to register a second handler for '${channel}'`);
    this._handlers.set(channel, handler);
  }
  handleOnce(channel: string, handler: Handler): void {
    this.handle(channel, (...args) => {
      this.removeHandler(channel);
      return handler(...args);
    });
  }
  removeHandler(channel: string): void {
    this._handlers.delete(channel);
  }
}

export const ipcMain = strict('ipcMain', new IpcMain());
