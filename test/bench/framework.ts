/** What a speed case is: our figure, the figures of peers measured in the same run, and the mark we set ourselves. */

export interface PeerFigure {
  readonly name: string;
  /** undefined: the peer is not on this machine. */
  readonly value: number | undefined;
}

export interface Figure {
  readonly name: string;
  /** '/s' and 'MB/s': more is better. 'ms', 'MB' and '×': less is better. */
  readonly unit: '/s' | 'MB/s' | 'ms' | 'MB' | '×';
  readonly value: number;
  /** The first one is what the ratio is taken against. */
  readonly peers: readonly PeerFigure[];
  /** What must be reached: a ratio to the first peer, or a bound in the figure's own unit; `text` says it. */
  readonly mark?: { readonly text: string; readonly reached: boolean | undefined };
}

/** A case file in ./cases exports one of these as default. */
export interface BenchCase {
  readonly name: string;
  run(): Promise<readonly Figure[]> | readonly Figure[];
}

export const ratioTo = (value: number, peer: PeerFigure | undefined): number | undefined =>
  peer?.value === undefined ? undefined : value / peer.value;

/** A mark on the ratio to the first peer; not judged where the peer is missing. */
export function markRatio(least: number, value: number, peers: readonly PeerFigure[]): NonNullable<Figure['mark']> {
  const ratio = ratioTo(value, peers[0]);
  return { text: `≥ ${least} of ${peers[0]?.name ?? '?'}`, reached: ratio === undefined ? undefined : ratio >= least };
}

export const markAtMost = (most: number | undefined, value: number, text: string): NonNullable<Figure['mark']> => ({
  text,
  reached: most === undefined ? undefined : value <= most,
});

/**
 * Runs of `work` per second of processor time (as `openssl speed` counts): the best of several rounds, since what else the machine
 * does can only slow a round down. The first round is thrown away (compilation).
 */
export function perSecond(work: () => void, { rounds = 5, milliseconds = 250 } = {}): number {
  let best = 0;
  for (let round = 0; round <= rounds; round++) {
    const cpu = process.cpuUsage();
    const end = performance.now() + milliseconds;
    let runs = 0;
    do {
      work();
      runs++;
    } while (performance.now() < end);
    const { user, system } = process.cpuUsage(cpu);
    if (round > 0) best = Math.max(best, (runs * 1e6) / (user + system));
  }
  return best;
}

/** Megabytes (10^6) a second when `work` handles `bytes` bytes. */
export const megabytesPerSecond = (bytes: number, work: () => void): number => (perSecond(work) * bytes) / 1e6;

/** Median of `runs` timings of an asynchronous piece of work, in ms, after one that does not count. */
export async function medianMilliseconds(work: () => Promise<unknown>, runs = 9): Promise<number> {
  const times: number[] = [];
  for (let run = 0; run <= runs; run++) {
    const begin = performance.now();
    await work();
    if (run > 0) times.push(performance.now() - begin);
  }
  return median(times);
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? Number.NaN;
}
