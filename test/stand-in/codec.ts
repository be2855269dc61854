/**
 * Structured-cloneable values to JSON text and back. One function without outer references, because it runs in Node and, through
 * its own source text, in the page's preload world.
 */
export interface Codec {
  /** Throws "An object could not be cloned." for what Electron would not send either. */
  encode(value: unknown): string;
  decode(text: string): any;
}

export function makeCodec(): Codec {
  const inNode = typeof Buffer === 'function' && typeof Buffer.poolSize === 'number';
  const toBase64 = (u: Uint8Array): string =>
    inNode ? Buffer.from(u.buffer, u.byteOffset, u.byteLength).toString('base64') : (u as any).toBase64();
  const fromBase64 = (s: string): Uint8Array => {
    if (!inNode) return (Uint8Array as any).fromBase64(s);
    const b = Buffer.from(s, 'base64');
    return b.byteLength === b.buffer.byteLength ? b : new Uint8Array(b); // own, unpooled buffer
  };
  // Whatever JSON has no form for becomes {$: kind, v: value}; a plain object's own "$" is doubled.
  const enc = (v: any): any => {
    if (v === undefined) return { $: 'u' };
    if (typeof v === 'bigint') return { $: 'n', v: String(v) };
    if (typeof v === 'number') {
      return Number.isFinite(v) && !Object.is(v, -0) ? v : { $: 'd', v: Object.is(v, -0) ? '-0' : String(v) };
    }
    if (typeof v !== 'object' || v === null) return v;
    if (Array.isArray(v)) return Array.from(v, enc);
    switch (Object.prototype.toString.call(v)) {
      case '[object ArrayBuffer]':
        return { $: 'b', v: toBase64(new Uint8Array(v)) };
      case '[object Date]':
        return { $: 't', v: +v };
      case '[object RegExp]':
        return { $: 'r', v: [v.source, v.flags] };
      case '[object Map]':
        return { $: 'm', v: [...v].map(enc) };
      case '[object Set]':
        return { $: 's', v: [...v].map(enc) };
      case '[object Error]':
        return { $: 'e', v: [v.name, v.message, v.stack] };
    }
    if (ArrayBuffer.isView(v)) {
      const kind = v.constructor.name === 'Buffer' ? 'Uint8Array' : v.constructor.name;
      return { $: 'y', k: kind, v: toBase64(new Uint8Array(v.buffer, v.byteOffset, v.byteLength)) };
    }
    const o: any = {};
    for (const k of Object.keys(v)) o[k === '$' ? '$$' : k] = enc(v[k]);
    return o;
  };
  const dec = (v: any): any => {
    if (typeof v !== 'object' || v === null) return v;
    if (Array.isArray(v)) return v.map(dec);
    switch (v.$) {
      case 'u':
        return undefined;
      case 'n':
        return BigInt(v.v);
      case 'd':
        return Number(v.v);
      case 'b':
        return fromBase64(v.v).buffer;
      case 't':
        return new Date(v.v);
      case 'r':
        return new RegExp(v.v[0], v.v[1]);
      case 'm':
        return new Map(v.v.map(dec));
      case 's':
        return new Set(v.v.map(dec));
      case 'e': {
        const Named = (globalThis as any)[v.v[0]];
        const e = new (typeof Named === 'function' && Named.prototype instanceof Error ? Named : Error)(v.v[1]);
        e.stack = v.v[2];
        return e;
      }
      case 'y': {
        const u = fromBase64(v.v);
        const View = (globalThis as any)[v.k];
        const size = View.BYTES_PER_ELEMENT;
        return new View(u.buffer, 0, size ? u.byteLength / size : undefined);
      }
    }
    const o: any = {};
    for (const k of Object.keys(v)) o[k === '$$' ? '$' : k] = dec(v[k]);
    return o;
  };
  return {
    encode(value) {
      let clone;
      try {
        clone = structuredClone(value); // refuses what Electron refuses, and drops prototypes
      } catch {
        throw new Error('An object could not be cloned.');
      }
      return JSON.stringify(enc(clone));
    },
    decode: (text) => dec(JSON.parse(text)),
  };
}
