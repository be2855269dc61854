/**
 * The time stamp service (RFC 3161, GB/T 20520). An SM3 imprint is answered by the SM2 key, SHA-2 imprints by the RSA key, so that
 * readers that know no SM2 can judge the stamps of RSA signatures. SHA-1 and what is unknown is refused with badAlg.
 */
import { answerTimeStampQuery, parseTimeStampRequest, type Signer } from '#core/pki/index.ts';
import type { Hierarchy } from '../ca/hierarchy.ts';
import type { Counter } from '../store/counters.ts';

/**
 * Policy of the demonstration service: an OID below 2.25, which needs no registration (ITU-T X.667), from a random UUID. It says
 * that the time is that of this machine, of no legal value.
 */
export const DEMO_POLICY = '2.25.258842563417892190362311987361052413';

/** ms. The clock of an ordinary machine kept by NTP. */
const ACCURACY = 1000;

export interface TimeStampService {
  /** Takes a TimeStampReq, always gives a TimeStampResp; both DER. */
  answer(query: Uint8Array): Promise<Uint8Array>;
}

export interface TimeStampSettings {
  readonly hierarchies: readonly Hierarchy[];
  /** Shared by both keys: a serial is unique over the whole service. */
  readonly serials: Counter;
  readonly clock: () => Date;
  readonly policy?: string;
}

export function timeStampService({ hierarchies, serials, clock, policy }: TimeStampSettings): TimeStampService {
  const signerFor = (query: Uint8Array): Signer => {
    const kind = digestOf(query) === 'sm3' ? 'sm2' : 'rsa';
    const hierarchy = hierarchies.find((h) => h.kind === kind);
    if (hierarchy === undefined) throw new Error(`no ${kind} time stamp key`);
    return hierarchy.tsa;
  };
  return {
    answer: (query) =>
      answerTimeStampQuery(query, {
        signer: signerFor(query),
        serial: magnitude(serials.next()),
        genTime: clock(),
        policy: policy ?? DEMO_POLICY,
        accuracy: ACCURACY,
      }),
  };
}

function digestOf(query: Uint8Array): string | undefined {
  try {
    return parseTimeStampRequest(query).digestName;
  } catch {
    return undefined; // answered with badRequest, by whichever key
  }
}

/** Big-endian without leading zeros. */
export function magnitude(n: number): Uint8Array {
  const hex = n.toString(16);
  return Uint8Array.from(Buffer.from(hex.length % 2 === 0 ? hex : `0${hex}`, 'hex'));
}
