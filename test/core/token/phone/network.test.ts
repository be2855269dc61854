/** How the desk hears of a phone where the network does not do as it should: held back events, breaks, lost answers. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { sm2Digest, sm2Verify } from '#core/crypto/index.ts';
import { SOON, codeOf, PhoneRig, signedAttributes, type Way } from './rig.ts';

let rig: PhoneRig;
beforeAll(async () => {
  rig = await PhoneRig.open();
});
afterEach(() => rig.settle());
afterAll(async () => {
  await rig.close();
  expect(rig.hospital.faults).toEqual([]);
});

const QUICK = { poll: 20, busy: 20, firstEvent: 30, silence: 60, streamAgain: 30 };

/** A stream that is given out and says nothing until it is told to end. */
async function* silent(signal: AbortSignal): AsyncGenerator<Uint8Array> {
  await new Promise((ended) => signal.addEventListener('abort', ended));
  yield* [];
}

describe('a desk', () => {
  it('asks again and again where events are held back, and says so', async () => {
    let lines = 0;
    rig.events = ({ signal }) => {
      lines++;
      return Promise.resolve(silent(signal));
    };
    const { token, keyId, request, steps } = await rig.opened(QUICK, 2);
    void rig.phone.work(request);
    const values = await Promise.all([signedAttributes(), signedAttributes()].map((m) => token.signMessage(keyId, m)));
    expect(values.map((v) => v.length)).toEqual([64, 64]);
    expect(steps.all.find((s) => s.approved)?.way).toBe('polling');
    await expect.poll(() => lines, SOON).toBeGreaterThan(1);
  });

  it('asks where the stream can’t be had, and listens as soon as it can', async () => {
    let tries = 0;
    rig.events = () => {
      tries++;
      if (tries === 2) rig.events = undefined;
      return Promise.reject(new Error('HTTP 502'));
    };
    const { phones, steps } = rig.desk({ ...QUICK, silence: 20_000, firstEvent: 20_000 });
    const asked = await phones.ask({ kind: 'login' });
    await steps.until((s) => s.way === 'polling');
    await expect.poll(() => steps.all.at(-1)!.way, SOON).toBe('events');
    const questions = (): number => rig.calls.filter((c) => c.startsWith('GET')).length;
    expect(questions()).toBeGreaterThan(0);
    await rig.phone.scan(asked.id);
    const { way } = await steps.state('scanned');
    expect(way).toBe('events');
  });

  it('asks when a stream that spoke falls silent or ends, and goes back to it', async () => {
    let ended = false;
    rig.events = async ({ url, headers, signal }) => {
      const { body } = await fetch(url, { headers, signal });
      rig.events = ended ? undefined : ({ signal: next }) => Promise.resolve(silent(next));
      ended = true;
      return (async function* () {
        const reader = body!.getReader();
        yield (await reader.read()).value!;
        await reader.cancel();
      })();
    };
    const { phones, steps } = rig.desk({ ...QUICK, silence: 300 });
    const asked = await phones.ask({ kind: 'login' });
    await steps.until((s) => s.way === 'polling');
    await rig.phone.scan(asked.id);
    await steps.state('scanned');
    // A new one proves itself by a second word.
    rig.events = async ({ url, headers, signal }) => {
      const { body } = await fetch(url, { headers, signal });
      return (async function* () {
        yield (await body!.getReader().read()).value!;
        yield new TextEncoder().encode(':\n\n');
        yield* silent(signal);
      })();
    };
    const before = steps.all.length;
    await steps.until((s) => steps.all.indexOf(s) >= before && s.way === 'events');
  });

  it('is not taken in by a stream that says one thing and then nothing', async () => {
    let lines = 0;
    rig.events = async ({ url, headers, signal }) => {
      const { body } = await fetch(url, { headers, signal });
      lines++;
      return (async function* () {
        yield (await body!.getReader().read()).value!;
        yield* silent(signal);
      })();
    };
    const { phones, steps } = rig.desk({ ...QUICK, firstEvent: 20_000 });
    const asked = await phones.ask({ kind: 'login' });
    await steps.until((s) => s.way === 'polling');
    await expect.poll(() => lines, SOON).toBeGreaterThan(3);
    await rig.phone.scan(asked.id);
    await steps.state('scanned');
    expect(steps.all.map((s) => s.way)).toEqual(['polling', 'polling']);
  });

  it('keeps a stream alive by heartbeats alone', async () => {
    rig.events = ({ signal }) =>
      Promise.resolve(
        (async function* () {
          yield new TextEncoder().encode(
            `data: ${JSON.stringify({
              ...{ id: current, kind: 'login', state: 'scanned', check: '42', reason: null, key: null, approval: null },
              ...{ backendId: 'x', signatures: [], expiresAt: new Date().toISOString() },
            })}\n\n`,
          );
          for (let beats = 0; beats < 8 && !signal.aborted; beats++) {
            await new Promise((beat) => setTimeout(beat, 50));
            yield new TextEncoder().encode(':\n\n');
          }
          heard();
          await new Promise((end) => signal.addEventListener('abort', end));
        })(),
      );
    let current = '';
    let heard = (): void => undefined;
    const beats = new Promise<void>((all) => (heard = all));
    // The id is known with the answer; the stream is opened after it.
    rig.way = async (request, pass) => {
      const response = await pass(request);
      if (request.url.endsWith('/logins')) current = JSON.parse(new TextDecoder().decode(response.body)).id;
      return response;
    };
    const { phones, steps } = rig.desk({ silence: 20_000 });
    await phones.ask({ kind: 'login' });
    expect((await steps.state('scanned')).check).toBe('42');
    await beats;
    expect(steps.all.every((s) => s.way === 'events')).toBe(true);
    expect(rig.calls.filter((c) => c.startsWith('GET'))).toEqual([]);
  });

  it('bridges a break while signing; no number is used twice and nothing is signed twice', async () => {
    const { token, keyId, request } = await rig.opened({ ...QUICK, silence: 20_000 }, 6);
    void rig.phone.work(request);
    let broken = 0;
    rig.way = async (asked, pass) => {
      // The first meets a proxy without its server, the second does not arrive, the answer of the third is lost.
      broken++;
      if (broken === 1) return { status: 503, headers: {}, body: new Uint8Array() };
      if (broken === 2) throw new Error('ECONNRESET');
      const response = await pass(asked);
      if (broken === 3) throw new Error('ECONNRESET');
      return response;
    };
    const messages = Array.from({ length: 6 }, () => signedAttributes());
    const values = await Promise.all(messages.map((m) => token.signMessage(keyId, m)));
    const point = rig.phone.publicKey;
    expect(values.every((v, i) => sm2Verify(point, sm2Digest(point, messages[i]!), v))).toBe(true);
    expect(broken).toBeGreaterThanOrEqual(3);
    const { store } = rig.hospital.backend.rooms;
    const rows = store.all('SELECT n, tries FROM phone_messages WHERE request = ? ORDER BY n', request.id);
    expect(rows).toEqual(messages.map((_, n) => ({ n, tries: 1 })));
  });

  it('takes a value once though its acknowledgement is lost again and again', async () => {
    const { token, keyId, request } = await rig.opened({}, 4);
    void rig.phone.work(request);
    rig.way = (asked, pass) => {
      if (!asked.url.endsWith('/messages')) return pass(asked);
      const body = JSON.parse(new TextDecoder().decode(asked.body));
      return pass({ ...asked, body: new TextEncoder().encode(JSON.stringify({ ...body, taken: [] })) });
    };
    const values: Uint8Array[] = [];
    for (let i = 0; i < 4; i++) values.push(await token.signMessage(keyId, signedAttributes()));
    expect(new Set(values.map((v) => v.join())).size).toBe(4);
  });

  it('ends at the service though the first word of it is lost', async () => {
    const { phones } = rig.desk();
    const asked = await phones.ask({ kind: 'login' });
    let lost = 0;
    rig.way = (request, pass) => {
      if (request.method === 'DELETE' && lost++ === 0) return Promise.reject(new Error('ECONNRESET'));
      return pass(request);
    };
    await phones.cancel(asked.id);
    expect([lost, rig.stateOf(asked.id)]).toEqual([2, 'cancelled']);
    rig.way = () => Promise.reject(new Error('no network'));
    expect(await codeOf(phones.close())).toBe('done');
  });
});

/** Numbers between 0 and 1 that are the same for a seed. */
function numbers(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

it.each([1, 2, 3])('whatever is lost on both sides (seed %i), each message gets one value', async (seed) => {
  const quick = { ...QUICK, silence: 200, again: 5 };
  const { token, keyId, request } = await rig.opened(quick, 24);
  const next = numbers(seed);
  const losing: Way = async (asked, pass) => {
    const fate = next();
    if (fate < 0.1) throw new Error('not sent');
    if (fate < 0.15) return { status: 502, headers: {}, body: new Uint8Array() };
    const response = await pass(asked);
    if (fate < 0.25) throw new Error('answer lost');
    return response;
  };
  rig.way = rig.phone.way = losing;
  rig.events = async ({ url, headers, signal }) => {
    if (next() < 0.3) throw new Error('no stream');
    const { body } = await fetch(url, { headers, signal });
    return (async function* () {
      const reader = body!.getReader();
      try {
        for (let chunk = await reader.read(); !chunk.done && next() > 0.2; chunk = await reader.read())
          yield chunk.value;
      } finally {
        await reader.cancel().catch(() => undefined);
      }
    })();
  };
  const working = rig.phone.work(request, { pause: async () => undefined, wait: 200 });
  const messages = Array.from({ length: 24 }, () => signedAttributes());
  const values: Uint8Array[] = [];
  for (let at = 0; at < messages.length;) {
    const burst = messages.slice(at, at + 1 + Math.floor(next() * 8));
    at += burst.length;
    values.push(...(await Promise.all(burst.map((m) => token.signMessage(keyId, m)))));
  }
  const point = rig.phone.publicKey;
  expect(values.every((v, i) => sm2Verify(point, sm2Digest(point, messages[i]!), v))).toBe(true);
  const { store } = rig.hospital.backend.rooms;
  const handed = store.all('SELECT n FROM phone_messages WHERE request = ? AND handed_in IS NOT NULL', request.id);
  expect(handed).toHaveLength(24);
  rig.way = rig.phone.way = undefined;
  await token.logout();
  expect(await working).toBe('done');
});

describe('a phone that works', () => {
  it('hands the same values in again when an answer is lost; nothing gets a second value', async () => {
    const { token, keyId, request } = await rig.opened({}, 3);
    let work = 0;
    let signs = 0;
    rig.phone.way = async (asked, pass) => {
      if (asked.url.endsWith('/sign')) signs++;
      const response = await pass(asked);
      if (!asked.url.endsWith('/work')) return response;
      work++;
      // The answer to what brings the first values is lost; then a proxy has a bad moment.
      if (work === 2) throw new Error('ECONNRESET');
      return work === 3 ? { status: 504, headers: {}, body: new Uint8Array() } : response;
    };
    const told: boolean[] = [];
    const onProgress = ({ connected }: { connected: boolean }): number => told.push(connected);
    const working = rig.phone.work(request, { pause: async () => undefined, onProgress });
    const values = await Promise.all([1, 2, 3].map(() => token.signMessage(keyId, signedAttributes())));
    expect(values).toHaveLength(3);
    await token.logout();
    expect(await working).toBe('done');
    expect([signs, told.includes(false)]).toEqual([1, true]);
  });

  it('signs anew, with new numbers, what the service may not have answered', async () => {
    const { token, keyId, request } = await rig.opened({}, 1);
    const points: string[] = [];
    rig.phone.way = async (asked, pass) => {
      const response = await pass(asked);
      if (!asked.url.endsWith('/sign')) return response;
      const { payload } = JSON.parse(new TextDecoder().decode(asked.body));
      points.push(JSON.parse(Buffer.from(payload, 'base64').toString()).items[0].q1);
      if (points.length <= 3) throw new Error('ECONNRESET');
      return response;
    };
    void rig.phone.work(request, { pause: async () => undefined });
    expect(await token.signMessage(keyId, signedAttributes())).toHaveLength(64);
    expect([points.length, new Set(points).size]).toEqual([4, 4]);
  });

  it('gives up after half a minute without the service', async () => {
    const { request } = await rig.opened({}, 1);
    rig.phone.way = () => Promise.reject(new Error('no network'));
    const pauses: number[] = [];
    const working = rig.phone.work(request, { pause: async (ms) => void pauses.push(ms) });
    expect(await codeOf(working)).toBe('COSIGN_UNREACHABLE');
    expect(pauses.reduce((sum, ms) => sum + ms, 0)).toBe(30_000);
  });

  it('ends when the page is left', async () => {
    const { request } = await rig.opened({}, 1);
    const leave = new AbortController();
    const working = rig.phone.work(request, { signal: leave.signal, wait: 20_000 });
    leave.abort(new Error('left'));
    await expect(working).rejects.toThrow('left');
  });
});
