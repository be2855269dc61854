/**
 * All digests of a file in one pass: the SM3 of the whole file and, for each signature, the digest over its two ranges [0, a) and
 * [b, end). The first range of every signature is a prefix of the file, so one running hash per algorithm serves them all: at a
 * it is cloned, the clone waits for b and goes on to end.
 */
import { createHash, type DigestName, type Hash } from '#core/crypto/index.ts';
import type { ByteSource } from '#core/pdf/index.ts';

const CHUNK = 1 << 20;

export interface RangeOrder {
  readonly digest: DigestName;
  /** End of the first range, which begins at 0. */
  readonly a: number;
  /** Begin of the second range; a ≤ b. */
  readonly b: number;
  /** End of the second range; b ≤ end ≤ file size. */
  readonly end: number;
}

export interface RangeDigests {
  /** SM3 of the whole file. */
  readonly file: Uint8Array;
  /** In the order of the orders. */
  readonly ranges: readonly Uint8Array[];
}

/**
 * Hashes that have already run over the first `length` bytes of this very file, by one who made sure of it. Only core/signing has
 * such: it has just written the file.
 */
export interface HashedPrefix {
  readonly length: number;
  readonly hashes: ReadonlyMap<DigestName, Hash>;
}

interface Branch {
  readonly order: RangeOrder;
  hash: Hash | undefined;
  result: Uint8Array | undefined;
}

export async function digestRanges(
  source: ByteSource,
  orders: readonly RangeOrder[],
  hashed?: HashedPrefix,
): Promise<RangeDigests> {
  // Of use only when every range reaches beyond it and every algorithm is there.
  const known =
    hashed !== undefined &&
    orders.every((o) => o.a > hashed.length) &&
    ['sm3' as const, ...orders.map((o) => o.digest)].every((name) => hashed.hashes.has(name))
      ? hashed
      : undefined;
  const begin = (name: DigestName): Hash => known?.hashes.get(name)?.clone() ?? createHash(name);
  const branches: Branch[] = orders.map((order) => ({ order, hash: undefined, result: undefined }));
  const prefixes = new Map<DigestName, { hash: Hash; until: number }>([
    ['sm3', { hash: begin('sm3'), until: source.size }],
  ]);
  for (const { digest, a } of orders) {
    const prefix = prefixes.get(digest) ?? { hash: begin(digest), until: 0 };
    prefixes.set(digest, { hash: prefix.hash, until: Math.max(prefix.until, a) });
  }
  // Between two cuts every hash treats the bytes alike.
  const cuts = [...new Set([...orders.flatMap((o) => [o.a, o.b, o.end]), source.size])].sort((x, y) => x - y);

  const atCut = (position: number): void => {
    for (const branch of branches) {
      if (branch.order.a === position && branch.hash === undefined) {
        branch.hash = prefixes.get(branch.order.digest)?.hash.clone();
      }
      if (branch.order.end === position && branch.result === undefined) branch.result = branch.hash?.digest();
    }
  };
  const take = (bytes: Uint8Array, from: number): void => {
    for (const { hash, until } of prefixes.values()) if (from < until) hash.update(bytes);
    for (const { order, hash, result } of branches) {
      if (hash !== undefined && result === undefined && from >= order.b && from < order.end) hash.update(bytes);
    }
  };

  const readAt = (position: number): Promise<Uint8Array> | undefined =>
    position < source.size ? source.read(position, Math.min(CHUNK, source.size - position)) : undefined;

  let cut = 0;
  while (cuts[cut] === 0) cut++;
  if (cut > 0) atCut(0);
  let position = known?.length ?? 0;
  let pending = readAt(position);
  while (pending !== undefined) {
    const chunk = await pending;
    const end = position + chunk.length;
    pending = readAt(end);
    // A hash or source that fails must not leave a rejected read behind.
    pending?.catch(() => undefined);
    for (let from = position; from < end;) {
      const next = Math.min(cuts[cut] ?? end, end);
      take(chunk.subarray(from - position, next - position), from);
      from = next;
      if (cuts[cut] === next) {
        atCut(next);
        cut++;
      }
    }
    position = end;
  }
  const file = prefixes.get('sm3')?.hash.digest() ?? new Uint8Array();
  return { file, ranges: branches.map((b) => b.result ?? new Uint8Array()) };
}
