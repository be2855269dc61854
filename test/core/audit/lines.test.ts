import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import {
  anchorLine,
  canonicalJson,
  chainLine,
  endLine,
  entryLine,
  hashOfEntry,
  readAudit,
  seedOf,
  verifyChain,
  type AuditChain,
  type AuditEntry,
} from '#core/audit/index.ts';
import { sm3, toHex } from '#core/crypto/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { makeHierarchy } from '../pki/demo-hierarchy.ts';
import { anchorOver, chainOf, codeOfAsync, createdAt, desk, entriesOf } from './chains.ts';

const entries = entriesOf(5);
let trust: TrustMaterial;
let text: string;
beforeAll(async () => {
  const h = await makeHierarchy('sm2');
  trust = { roots: [h.root] };
  const anchor = await anchorOver(h, entries[2]!);
  text = [chainLine(chainOf([])), ...entries.map(entryLine), anchorLine(anchor), endLine(entries.at(-1)!)].join('');
});
const read = async (all: string): Promise<AuditChain> => (await readAudit(all.split('\n')))[0]!;

describe('the canonical form', () => {
  it('is what docs/formats.md says, byte by byte', () => {
    const entry: Omit<AuditEntry, 'hash'> = {
      index: 1,
      previous: seedOf('d', 't').hash,
      act: 'sign',
      who: 'li',
      subject: 'R-1/1 “甲”\n',
      claimed: '2026-11-22T00:00:00.000Z',
      result: 'done',
    };
    const seed = toHex(sm3(Buffer.from('YIQIAN-AUDIT-SEED-1\n{"createdAt":"t","desk":"d"}')));
    expect(entry.previous).toBe(seed);
    const form = `{"act":"sign","claimed":"2026-11-22T00:00:00.000Z","index":1,"previous":"${seed}","result":"done","subject":"R-1/1 “甲”\\n","who":"li"}`;
    expect(hashOfEntry(entry)).toBe(toHex(sm3(Buffer.from(`YIQIAN-AUDIT-ENTRY-1\n${form}`))));
  });
  it('does not depend on the order of names, and covers names nobody knows yet', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.oneof(fc.string(), fc.integer(), fc.boolean())), (o) => {
        const turned = Object.fromEntries(Object.entries(o).reverse());
        expect(canonicalJson(turned)).toBe(canonicalJson(o));
        expect(JSON.parse(canonicalJson(o))).toEqual(JSON.parse(JSON.stringify(o)));
      }),
    );
    const e = entries[0]!;
    expect(hashOfEntry({ ...e, later: 'x' } as AuditEntry)).not.toBe(e.hash);
    expect(hashOfEntry({ ...e, hash: 'another' } as AuditEntry)).toBe(e.hash);
  });
});

describe('an export', () => {
  it('is read as it was written', async () => {
    const chain = await read(text);
    expect(chain).toMatchObject({ desk, createdAt, entries, end: { index: 5, hash: entries[4]!.hash } });
    const verdict = await verifyChain(chain, { trust });
    expect(verdict).toMatchObject({ entries: 5, anchors: 1, anchoredIndex: 3, unanchored: 2, faults: [] });
  });
  it('any character changed, left out or put in: found, or it is no export any more', async () => {
    const original = await read(text);
    const whole = await verifyChain(original, { trust });
    const said = (chain: AuditChain) => ({
      ...chain,
      anchors: chain.anchors.map(({ token: _, ...anchor }) => anchor),
    });
    const edit = fc.record({
      at: fc.nat(text.length - 1),
      what: fc.constantFrom('change', 'leave out', 'put in'),
      c: fc.constantFrom(...'0123456789abcdefABCDEF"{}[]:, \nxyz\\'),
    });
    await fc.assert(
      fc.asyncProperty(edit, async ({ at, what, c }) => {
        const changed =
          text.slice(0, at) + (what === 'leave out' ? '' : c) + text.slice(what === 'put in' ? at : at + 1);
        const chains = await readAudit(changed.split('\n')).catch((e: unknown) => {
          expect(e).toMatchObject({ code: 'AUDIT_UNREADABLE' });
        });
        if (!chains) return;
        const verdicts = await Promise.all(chains.map((chain) => verifyChain(chain, { trust })));
        if (isDeepStrictEqual(chains.map(said), [said(original)])) {
          // Nothing is said differently. A token has bytes that nothing signs: it proves what it proved, or it is named.
          if (verdicts[0]!.faults.length === 0) expect(verdicts).toEqual([whole]);
        } else expect(verdicts.flatMap((v) => v.faults)).not.toEqual([]);
      }),
      { numRuns: 500 },
    );
  });
  it('of several chains is each of them', async () => {
    const chains = await readAudit(`${text}${text}`.split('\n'));
    expect(chains).toEqual([await read(text), await read(text)]);
  });
  it('cut off anywhere: found', async () => {
    const lines = text.trimEnd().split('\n');
    for (let n = 1; n < lines.length; n++) {
      const verdict = await verifyChain(await read(lines.slice(0, n).join('\n')), { trust });
      expect(verdict.faults.map((f) => `${f.kind} ${f.index}`)).toEqual([`cut-off ${Math.min(n, 6)}`]);
    }
  });
  it.each([
    ['nothing', ''],
    ['another file', '%PDF-1.7\n'],
    ['another format', '{"chain":{"format":"yiqian-audit-9","desk":"d","createdAt":"t"}}\n'],
    ['a start that is none', '{"chain":{"format":"yiqian-audit-1","desk":"d","createdAt":"t","start":{"index":-1}}}\n'],
  ])('%s is none', async (_, all) => {
    expect(await codeOfAsync(() => read(all))).toBe('AUDIT_UNREADABLE');
  });
});
