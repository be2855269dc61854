/** Every time stamp service of the policy is asked for a stamp: whether it answers, how fast, and how far this clock is from it. */
import { digest, randomBytes } from '#core/crypto/index.ts';
import { requestTimeStamp } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { DeskPorts } from './ports.ts';

/** ms the local clock may differ from the time stamp service before a line says so. */
const CLOCK_WARNING = 5_000;
const CLOCK_ERROR = 300_000;

export type TimeServiceFinding = {
  /** '' for the first, '2' and so on for those that stand in for it. */
  readonly number: string;
  readonly url: string;
} & (
  | {
      /** ms. */
      readonly took: number;
      /** ms, positive where the service is ahead of this clock. */
      readonly difference: number;
      readonly clock: 'ok' | 'warning' | 'error';
    }
  | { readonly error: unknown }
);

export async function diagnoseTimeServices(
  { configuration, http, now }: Pick<DeskPorts, 'configuration' | 'http' | 'now'>,
  roots: TrustMaterial,
): Promise<TimeServiceFinding[]> {
  const timeout = configuration.tsaTimeoutSeconds.value * 1000;
  const ask = async (url: string): Promise<{ took: number; difference: number; clock: 'ok' | 'warning' | 'error' }> => {
    const begun = performance.now();
    const sent = now();
    const stamp = await requestTimeStamp(digest('sm3', randomBytes(32)), { url, roots, timeout }, http, now);
    const took = performance.now() - begun;
    const difference = stamp.time.getTime() - (sent.getTime() + took / 2);
    const off = Math.abs(difference);
    return { took, difference, clock: off > CLOCK_ERROR ? 'error' : off > CLOCK_WARNING ? 'warning' : 'ok' };
  };
  return Promise.all(
    configuration.tsaUrls.value.map(async (url, i) => {
      const which = { number: i === 0 ? '' : String(i + 1), url };
      return ask(url).then(
        (found) => ({ ...which, ...found }),
        (error: unknown) => ({ ...which, error }),
      );
    }),
  );
}
