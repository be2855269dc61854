/** Where the deaths of a run fall: evenly over the way, in an order and with a remainder that the seed decides. */
import type { Arming, Passed } from '../points/death.ts';
import type { Random } from '../random.ts';

export interface Strike {
  /** Between 0 and 1: how far on the way. */
  readonly at: number;
  readonly how: 'kill' | 'power' | 'time';
  /** A kind of point is drawn first, then one of that kind: what happens once is struck as often as what happens a hundred times. */
  readonly byKind: number | undefined;
  /** It dies once more on its way up, at this point of the start. */
  readonly again?: number;
}

/** About as many points as a start has. */
const START_POINTS = 60;

/** One strike per stratum of the way; a quarter with loss of what was not synced, a fifth by the clock from outside. */
export function planStrikes(count: number, random: Random): Strike[] {
  const strata = random.shuffle(Array.from({ length: count }, (_, i) => i));
  return strata.map((i) => {
    const dice = random.next();
    const again = random.next() < 1 / 8 ? random.between(1, START_POINTS) : undefined;
    return {
      at: (i + random.next()) / count,
      how: dice < 0.25 ? 'power' : dice < 0.4 ? 'time' : 'kill',
      byKind: random.next() < 0.5 ? random.next() : undefined,
      ...(again !== undefined && { again }),
    };
  });
}

/** How long an act is without a strike. */
export interface Way {
  readonly passed: Passed;
  readonly milliseconds: number;
}

export const pointsOf = ({ passed }: Way): number => Object.values(passed).reduce((sum, n) => sum + n, 0);

export function armingOf({ at, byKind }: Strike, way: Way, how: Arming['how']): Arming {
  if (byKind === undefined) return { at: 1 + Math.floor(at * pointsOf(way)), how };
  const kinds = Object.entries(way.passed);
  const [name, times] = kinds[Math.floor(byKind * kinds.length)]!;
  return { name, at: 1 + Math.floor(at * times), how };
}
