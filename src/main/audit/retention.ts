/**
 * How long the chain stays here: half a year at least, by the time stamps alone (a clock that jumps must not empty it), and never before
 * the record service has it. What goes, goes up to an anchor, which becomes the beginning.
 */
import type { AuditLog, KeptChain } from './audit-log.ts';

/** 6 months and a few days, in ms. */
export const KEPT = 190 * 24 * 3_600_000;

/** Gives how many entries went. */
export function cutOld(audit: AuditLog): number {
  const chains = audit.chains();
  const present = chains.at(-1);
  const newest = present?.anchors.at(-1);
  if (!newest) return 0;
  const before = Date.parse(newest.time) - KEPT;
  let gone = 0;
  for (const chain of chains) {
    const anchor = chain.anchors.findLast(
      (a) => Date.parse(a.time) <= before && a.index <= chain.shipped && a.index <= chain.shippedAnchor,
    );
    if (!anchor || anchor.index <= chain.start.index) continue;
    gone += anchor.index - chain.start.index;
    if (chain !== present && isWhole(chain, anchor.index)) audit.drop(chain);
    else audit.cutBefore(chain, anchor);
  }
  return gone;
}

/** A former chain of which nothing would be left. */
const isWhole = (chain: KeptChain, upTo: number): boolean => chain.last.index === upTo;
