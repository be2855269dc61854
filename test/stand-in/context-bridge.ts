/**
 * contextBridge between two real JavaScript worlds. The two sides share one detached DOM node that nobody else can reach;
 * CustomEvent.detail is structured-cloned by Chromium when it is read from another world, so no object ever crosses.
 * These functions run in the page, through their own source text: no outer references, no imports.
 */

export interface Bridge {
  expose(key: string, api: unknown): void;
}

/** Values cross as ['v', clone] | ['a', items] | ['o', entries] | ['f', id] | ['h', id] | ['p', id] | ['e', message]. */
export function makeBridge(node: Element, out: string, inn: string): Bridge {
  // Taken before the page can tamper with them.
  const { apply } = Reflect;
  const { dispatchEvent, addEventListener } = EventTarget.prototype;
  const Ev = CustomEvent;
  const Err = Error;
  const Prom = Promise;
  type Fn = (...args: unknown[]) => unknown;

  const fns: [f: Fn, self: unknown][] = [];
  const ids = new WeakMap<object, number>();
  const home = new WeakMap<object, number>();
  const proxies = new Map<number, Fn>();
  const settled: { resolve(v: unknown): void; reject(v: unknown): void }[] = [];
  let promises = 0;
  let returned: any;

  const post = (detail: unknown): unknown => apply(dispatchEvent, node, [new Ev(out, { detail })]);

  const pack = (v: any, self: unknown = undefined, depth = 0): unknown => {
    if (depth >= 1000) {
      throw new TypeError(
        'Electron contextBridge recursion depth exceeded.  Nested objects deeper than 1000 are not supported.',
      );
    }
    if (typeof v === 'function') {
      const own = home.get(v); // a proxy of ours going home
      if (own !== undefined) return ['h', own];
      let id = ids.get(v);
      if (id === undefined) ids.set(v, (id = fns.push([v, self]) - 1));
      return ['f', id];
    }
    if (typeof v === 'symbol') throw new TypeError('stand-in: symbols do not cross the bridge');
    if (typeof v !== 'object' || v === null) return ['v', v];
    if (v instanceof Prom) {
      const id = promises++;
      v.then(
        (r) => post({ settle: id, ok: true, v: pack(r) }),
        (e) => post({ settle: id, ok: false, v: pack(e) }),
      ).catch((e: any) => post({ settle: id, ok: false, v: ['e', String(e?.message ?? e)] }));
      return ['p', id];
    }
    if (v instanceof Err) return ['e', String(v.message)];
    if (Array.isArray(v)) return ['a', v.map((x) => pack(x, v, depth + 1))];
    if (Object.prototype.toString.call(v) === '[object Object]') {
      return ['o', Object.keys(v).map((k) => [k, pack(v[k], v, depth + 1)])];
    }
    return ['v', structuredClone(v)]; // throws DataCloneError
  };

  const proxy = (id: number): Fn => {
    const f: Fn = (...args) => {
      const packed = args.map((a) => pack(a));
      returned = undefined;
      post({ call: id, args: packed });
      const r = returned;
      returned = undefined;
      if (!r) throw new Err('stand-in: the other world did not answer');
      const v = unpack(r.v);
      if (!r.ok) throw v;
      return v;
    };
    proxies.set(id, f);
    home.set(f, id);
    return f;
  };

  const unpack = (t: any): any => {
    switch (t[0]) {
      case 'v':
        return t[1];
      case 'e':
        return new Err(t[1]);
      case 'a':
        return t[1].map(unpack);
      case 'o': {
        const o: any = {};
        for (const [k, v] of t[1]) o[k] = unpack(v);
        return o;
      }
      case 'h':
        return fns[t[1]]![0];
      case 'p':
        return new Prom((resolve, reject) => {
          settled[t[1]] = { resolve, reject };
        });
      case 'f':
        return proxies.get(t[1]) ?? proxy(t[1]);
    }
  };

  const freeze = (o: any): any => {
    if (o && (typeof o === 'object' || typeof o === 'function') && !ArrayBuffer.isView(o) && !Object.isFrozen(o)) {
      for (const k of Object.keys(o)) freeze(o[k]);
      Object.freeze(o);
    }
    return o;
  };
  const exposeHere = (key: string, packed: unknown): void => {
    let failure: string | undefined;
    try {
      if (Object.hasOwn(globalThis, key)) {
        throw new Err('Cannot bind an API on top of an existing property on the window object');
      }
      Object.defineProperty(globalThis, key, { value: freeze(unpack(packed)), enumerable: true });
    } catch (e: any) {
      failure = e.message;
    }
    post({ ret: { ok: !failure, v: ['e', failure] } });
  };
  const callHere = (id: number, args: unknown[]): void => {
    let r;
    try {
      const [f, self] = fns[id]!;
      r = { ok: true, v: pack(apply(f, self, args.map(unpack))) };
    } catch (e: any) {
      r = { ok: false, v: ['e', String(e?.message ?? 'An unknown exception occurred in the isolated context')] };
    }
    post({ ret: r });
  };

  apply(addEventListener, node, [
    inn,
    (event: CustomEvent) => {
      const m = event.detail;
      if ('ret' in m) returned = m.ret;
      else if ('settle' in m) settled[m.settle]?.[m.ok ? 'resolve' : 'reject'](unpack(m.v));
      else if ('expose' in m) exposeHere(m.expose, m.v);
      else callHere(m.call, m.args);
    },
  ]);
  return {
    expose(key, api) {
      post({ expose: key, v: pack(api) });
      if (!returned?.ok) throw new Error(returned?.v[1]);
    },
  };
}

/** The main world's side of the handshake: takes the shared node, in whichever order the two worlds' scripts run. */
export function mainWorld(secret: string, bridge: (node: Element, out: string, inn: string) => unknown): void {
  // relatedTarget is the one way to hand a DOM node to another world.
  const take = (event: Event): void => {
    const node = (event as MouseEvent).relatedTarget;
    if (node) bridge(node as Element, 'm', 'i');
  };
  document.addEventListener(secret, take, { once: true });
  document.dispatchEvent(new Event(`${secret}?`));
}
