import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  appendTo,
  hashOfEntry,
  seedOf,
  verifyChain,
  type AuditChain,
  type AuditEntry,
  type AuditVerdict,
} from '#core/audit/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { makeHierarchy, type Hierarchy } from '../pki/demo-hierarchy.ts';
import { anchorOver, chainOf, createdAt, desk, entriesOf, facts } from './chains.ts';

const length = 12;
const entries = entriesOf(length);
const faultsOf = async (changed: AuditChain['entries'], more: Partial<AuditChain> = {}): Promise<string[]> =>
  (await verifyChain(chainOf(changed, more))).faults.map((f) => `${f.kind} ${f.index}`);
const rehashed = (e: AuditEntry): AuditEntry => ({ ...e, hash: hashOfEntry(e) });
const place = fc.integer({ min: 0, max: length - 1 });
/** Every field of an entry as it is, the optional ones too. */
const field = fc.constantFrom(
  ...(Object.keys(facts(1)) as (keyof AuditEntry)[]),
  'index' as const,
  'previous' as const,
  'hash' as const,
  'code' as const,
  'trusted' as const,
);
const edited = (e: AuditEntry, name: keyof AuditEntry, text: string, number: number): AuditEntry =>
  name === 'index' ? { ...e, index: number } : ({ ...e, [name]: text } as AuditEntry);

it('a whole chain has no fault; without anchors nothing of it is proven', async () => {
  expect(await verifyChain(chainOf(entries))).toEqual({
    entries: length,
    anchors: 0,
    anchoredUntil: undefined,
    anchoredIndex: 0,
    unanchored: length,
    confirmedIndex: undefined,
    faults: [],
  } satisfies AuditVerdict);
  expect((await verifyChain(chainOf([]))).faults).toEqual([]);
});

describe('any single change is found and named at its place', () => {
  it('a field edited', async () => {
    await fc.assert(
      fc.asyncProperty(
        place,
        field,
        fc.string({ maxLength: 70 }),
        fc.integer({ min: 1, max: 99 }),
        async (at, name, text, n) => {
          const entry = entries[at]!;
          const other = edited(entry, name, text, n);
          fc.pre(other[name] !== entry[name]);
          expect(await faultsOf(entries.with(at, other))).toEqual([`changed ${entry.index}`]);
        },
      ),
      { numRuns: 400 },
    );
  });
  it('a field taken away or added', async () => {
    await fc.assert(
      fc.asyncProperty(
        place,
        fc.constantFrom('certificate', 'before', 'after', 'note', '__proto__x'),
        async (at, name) => {
          const entry = { ...entries[at]! } as Record<string, unknown>;
          if (name in entry) delete entry[name];
          else entry[name] = 'x';
          expect(await faultsOf(entries.with(at, entry as unknown as AuditEntry))).toEqual([`changed ${at + 1}`]);
        },
      ),
    );
  });
  it('a field edited and the entry hashed anew: the one after it tells', async () => {
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 0, max: length - 2 }), fc.string(), async (at, text) => {
        fc.pre(entries[at]!.who !== text);
        const changed = entries.with(at, rehashed({ ...entries[at]!, who: text }));
        expect(await faultsOf(changed)).toEqual([`changed ${at + 1}`]);
      }),
    );
  });
  it('entries removed: one, several, the first; at the end the file’s last line tells', async () => {
    await fc.assert(
      fc.asyncProperty(place, fc.integer({ min: 1, max: 5 }), async (at, count) => {
        const left = entries.toSpliced(at, count);
        const end = { index: length, hash: entries.at(-1)!.hash };
        const [first, ...more] = (await verifyChain(chainOf(left, { end }))).faults;
        expect(more).toEqual([]);
        expect(first).toMatchObject({ kind: at + count >= length ? 'cut-off' : 'removed', index: at + 1 });
        if (count > 1 && at + count < length) expect(first!.en).toContain(`${at + 1} to ${at + count}`);
      }),
    );
  });
  it('two entries swapped: one or both are named, and nothing else', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, async (a, b) => {
        fc.pre(a !== b);
        const swapped = entries.with(a, entries[b]!).with(b, entries[a]!);
        const found = await faultsOf(swapped);
        expect(found.length).toBeGreaterThan(0);
        const both = [`reordered ${a + 1}`, `reordered ${b + 1}`];
        expect(both).toEqual(expect.arrayContaining(found));
        if (Math.abs(a - b) > 2) expect(found).toHaveLength(2);
      }),
    );
  });
  it('one entry moved elsewhere', async () => {
    await fc.assert(
      fc.asyncProperty(place, place, async (from, to) => {
        fc.pre(Math.abs(from - to) > 1);
        const entry = entries[from]!;
        expect(await faultsOf(entries.toSpliced(from, 1).toSpliced(to, 0, entry))).toEqual([`reordered ${from + 1}`]);
      }),
    );
  });
  it('an entry put in: forged with or without a hash that holds, with any index and link, or a copy of another one', async () => {
    const forged = fc.record({
      at: fc.integer({ min: 0, max: length - 1 }),
      index: fc.integer({ min: 1, max: 40 }),
      link: fc.constantFrom('before', 'after', 'none'),
      hashed: fc.boolean(),
      copyOf: fc.option(place, { nil: undefined }),
    });
    await fc.assert(
      fc.asyncProperty(forged, async ({ at, index, link, hashed, copyOf }) => {
        const before = entries[at - 1]?.hash ?? seedOf(desk, createdAt).hash;
        const previous = { before, after: entries[at]!.hash, none: 'CC'.repeat(32) }[link];
        const made = { ...facts(99), index, previous, hash: 'DD'.repeat(32) };
        const entry = copyOf === undefined ? (hashed ? rehashed(made) : made) : entries[copyOf]!;
        const found = await faultsOf(entries.toSpliced(at, 0, entry));
        // A copy beside its original: which of the two is the copy can't be told.
        const beside =
          copyOf === undefined || Math.abs(copyOf - at) > 1 ? [] : [`inserted ${at}`, `inserted ${at + 2}`];
        expect([[`inserted ${at + 1}`], ...beside.map((b) => [b])]).toContainEqual(found);
      }),
      { numRuns: 400 },
    );
  });
  it('an entry put in behind the last: named, unless it goes on from there as an act of the desk would', async () => {
    const made = { ...facts(99), index: length + 1, previous: 'CC'.repeat(32), hash: 'DD'.repeat(32) };
    expect(await faultsOf([...entries, made])).toEqual([`inserted ${length + 1}`]);
    expect(await faultsOf([...entries, entries[3]!])).toEqual([`inserted ${length + 1}`]);
    expect(await faultsOf([...entries, appendTo(entries.at(-1)!, facts(99))])).toEqual([]);
  });
  it('a line that can’t be read', async () => {
    await fc.assert(
      fc.asyncProperty(place, async (at) => {
        expect(await faultsOf((entries as AuditEntry[] as never[]).with(at, { unreadable: 'line' } as never))).toEqual([
          `unreadable ${at + 1}`,
        ]);
      }),
    );
  });
  it('the desk’s name or the time of making', async () => {
    expect(await faultsOf(entries, { desk: 'other' })).toEqual(['changed 1']);
    expect(await faultsOf(entries, { createdAt: '2031' })).toEqual(['changed 1']);
  });
});

describe('several changes at once', () => {
  it('are each named', async () => {
    const changed = entries
      .with(1, { ...entries[1]!, who: 'x' })
      .with(5, { ...entries[5]!, result: 'failed' })
      .toSpliced(8, 2);
    expect(await faultsOf(changed)).toEqual(['changed 2', 'changed 6', 'removed 9']);
  });
  it('whatever is done to a chain, judging ends without a throw, and only an untouched beginning has no fault', async () => {
    const edit = fc.record({
      what: fc.constantFrom('edit', 'remove', 'insert', 'swap'),
      a: place,
      b: place,
      name: field,
      text: fc.string(),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(edit, { minLength: 1, maxLength: 6 }), async (edits) => {
        let list = [...entries];
        for (const { what, a, b, name, text } of edits) {
          const [x, y] = [list[a], list[b]];
          if (!x || !y) continue;
          if (what === 'edit') list = list.with(a, edited(x, name, text, b + 1));
          if (what === 'remove') list = list.toSpliced(a, 1);
          if (what === 'insert') list = list.toSpliced(a, 0, { ...y, claimed: text });
          if (what === 'swap') list = list.with(a, y).with(b, x);
        }
        const isBeginning = list.every((e, n) => JSON.stringify(e) === JSON.stringify(entries[n]));
        expect((await faultsOf(list)).length === 0).toBe(isBeginning);
      }),
      { numRuns: 300 },
    );
  });
});

describe('with anchors', () => {
  let h: Hierarchy;
  let trust: TrustMaterial;
  beforeAll(async () => {
    h = await makeHierarchy('sm2');
    trust = { roots: [h.root] };
  });
  const judge = (list: readonly AuditEntry[], more: Partial<AuditChain> = {}, options = {}) =>
    verifyChain(chainOf(list, more), { trust, ...options });
  const summary = (v: AuditVerdict) => ({
    until: v.anchoredIndex,
    open: v.unanchored,
    faults: v.faults.map((f) => `${f.kind} ${f.index}`),
  });
  /** All entries from `at` on written anew, each hash as it should be. */
  const recomputed = (at: number): AuditEntry[] => {
    const list = entries.slice(0, at);
    for (let n = at; n < length; n++) {
      const { index: _i, previous: _p, hash: _h, ...told } = entries[n]!;
      list.push(appendTo(list.at(-1) ?? seedOf(desk, createdAt), n === at ? { ...told, who: 'nobody' } : told));
    }
    return list;
  };

  it('says until when the chain is proven and how many entries are open', async () => {
    const anchors = [await anchorOver(h, entries[3]!, 1), await anchorOver(h, entries[8]!, 2)];
    const verdict = await judge(entries, { anchors });
    expect(summary(verdict)).toEqual({ until: 9, open: 3, faults: [] });
    expect(verdict.anchoredUntil).toBe(anchors[1]!.time);
  });
  it('a tail written anew is consistent in itself: the anchors tell, and the one before stays good', async () => {
    const anchors = [await anchorOver(h, entries[3]!, 1), await anchorOver(h, entries[8]!, 2)];
    for (const at of [4, 6, 8]) {
      expect(await faultsOf(recomputed(at))).toEqual([]);
      expect(summary(await judge(recomputed(at), { anchors }))).toEqual({ until: 4, open: 8, faults: ['changed 9'] });
    }
    expect(summary(await judge(recomputed(9), { anchors }))).toEqual({ until: 9, open: 3, faults: [] });
  });
  it('the copy kept elsewhere names the first entry that was written anew, behind the last anchor too', async () => {
    const anchors = [await anchorOver(h, entries[3]!, 1)];
    const verdict = await judge(recomputed(9), { anchors }, { copy: entries.slice(0, 11) });
    expect(summary(verdict)).toEqual({ until: 4, open: 8, faults: ['changed 10'] });
    expect(verdict.confirmedIndex).toBe(9);
    expect((await judge(entries, { anchors }, { copy: entries.slice(0, 11) })).confirmedIndex).toBe(11);
  });
  it('a tail cut off: an anchor or the copy tells', async () => {
    const anchors = [await anchorOver(h, entries[8]!, 2)];
    expect(summary(await judge(entries.slice(0, 7), { anchors })).faults).toEqual(['cut-off 8']);
    const verdict = await judge(entries.slice(0, 10), { anchors }, { copy: entries });
    expect(summary(verdict)).toEqual({ until: 9, open: 1, faults: ['cut-off 11'] });
  });
  it('an anchor that was forged, moved to another entry, given another time, or made by a stranger proves nothing', async () => {
    const anchor = await anchorOver(h, entries[3]!, 1);
    const stranger = await makeHierarchy('sm2');
    const token = anchor.token.slice();
    token[token.length - 5]! ^= 1;
    const bad = [
      { ...anchor, token },
      { ...anchor, index: 5, hash: entries[4]!.hash },
      { ...anchor, time: '2030-06-03T12:00:00.000Z' },
      { ...anchor, token: new Uint8Array(0) },
      await anchorOver(stranger, entries[3]!, 1),
    ];
    for (const b of bad) {
      expect(summary(await judge(entries, { anchors: [b] }))).toEqual({
        until: 0,
        open: length,
        faults: [`anchor ${b.index}`],
      });
    }
  });
  it('an entry changed before an anchor: the anchor stays good, since it stands over what the entry was', async () => {
    const anchors = [await anchorOver(h, entries[8]!, 2)];
    expect(summary(await judge(entries.with(8, { ...entries[8]!, who: 'x' }), { anchors }))).toEqual({
      until: 9,
      open: 3,
      faults: ['changed 9'],
    });
  });
  it('without trust anchors prove nothing and accuse nobody', async () => {
    const anchors = [await anchorOver(h, entries[3]!, 1)];
    expect(summary(await judge(entries, { anchors }, { trust: undefined }))).toEqual({
      until: 0,
      open: length,
      faults: [],
    });
  });
  it('a chain cut behind an anchor goes on from it; cut anywhere else its beginning is missing', async () => {
    const anchors = [await anchorOver(h, entries[3]!, 1)];
    const from = (n: number) => ({ start: { index: n, hash: entries[n - 1]!.hash }, anchors });
    expect(summary(await judge(entries.slice(4), from(4)))).toEqual({ until: 4, open: 8, faults: [] });
    expect(summary(await judge(entries.slice(6), from(6))).faults).toEqual(['removed 6']);
    expect(summary(await judge(entries.slice(5), from(4))).faults).toEqual(['removed 5']);
  });
});
