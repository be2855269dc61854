/** A member the stand-in lacks throws by name instead of being undefined: nothing passes a test by doing nothing. */
import { EventEmitter } from 'node:events';

/** Asked for by the language, by loggers and by test runners, not by an app. */
const quiet = new Set(['then', 'toJSON', 'default', 'domain', 'inspect', 'nodeType', 'asymmetricMatch', 'constructor']);

const trap = (name: string, prototype: object): object =>
  new Proxy(prototype, {
    get(target, key, receiver) {
      if (key in target || typeof key === 'symbol' || key.startsWith('_') || quiet.has(key)) {
        return Reflect.get(target, key, receiver);
      }
      throw new Error(`stand-in: ${name}.${key} is not implemented`);
    },
  });

const trapped = new Set<object>();

/** Ends the prototype chain in the trap; a Proxy around the object itself would break its #private fields. */
export function strict<T extends object>(name: string, o: T): T {
  const prototype = Object.getPrototypeOf(o) as object;
  if (prototype === Object.prototype || prototype === EventEmitter.prototype) {
    Object.setPrototypeOf(o, trap(name, prototype));
  } else if (!trapped.has(prototype)) {
    trapped.add(prototype);
    Object.setPrototypeOf(prototype, trap(name, Object.getPrototypeOf(prototype)));
  }
  return o;
}

export interface PreventableEvent {
  defaultPrevented: boolean;
  preventDefault(): void;
}

/** An event as Electron hands it to listeners: first argument, can be prevented. */
export const makeEvent = <T extends object>(fields?: T): T & PreventableEvent =>
  Object.assign({} as T, fields, {
    defaultPrevented: false,
    preventDefault(this: PreventableEvent) {
      this.defaultPrevented = true;
    },
  });
