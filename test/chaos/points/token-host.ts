/** Points in the talk with the key's driver: a request on its way, its answer come. */
import type { EventEmitter } from 'node:events';
import { point } from './death.ts';

interface Child extends EventEmitter {
  postMessage(message: unknown): void;
}

export function watchHost<T extends Child>(child: T): T {
  const asked = new Map<number, string>();
  const post = child.postMessage.bind(child);
  child.postMessage = (message) => {
    const { id, method } = message as { readonly id: number; readonly method: string };
    asked.set(id, method);
    point(`key ${method} asked`);
    post(message);
  };
  // First among the listeners: nobody has heard the answer yet.
  child.on('message', (message: { readonly id?: number }) => {
    const method = message.id === undefined ? undefined : asked.get(message.id);
    if (method !== undefined) point(`key ${method} answered`);
  });
  return child;
}
