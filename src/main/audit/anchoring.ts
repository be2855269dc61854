/** A time stamp over the newest entry: once a day, and at the end of the program. */
import { anchorImprint } from '#core/audit/index.ts';
import { asYqError } from '#core/errors/index.ts';
import { requestTimeStamp } from '#core/pki/index.ts';
import type { HttpClient, TrustMaterial } from '#core/pki/types.ts';
import type { Log } from '../log/file-log.ts';
import type { AuditLog } from './audit-log.ts';

/** ms between two anchors of a running desk. */
const DAY = 24 * 3_600_000;

export interface AnchoringDeps {
  readonly audit: AuditLog;
  readonly tsaUrl: string;
  readonly http: HttpClient;
  readonly trust: () => Promise<TrustMaterial>;
  readonly log: Log;
  readonly now: () => Date;
}

export interface Anchoring {
  /** Anchors when a day has passed since the last one and something was noted. Never rejects; a service that is away is asked again. */
  whenDue(): Promise<void>;
  /** Anchors what is not anchored yet, within `timeout` ms. Never rejects. */
  now(timeout: number): Promise<void>;
}

export function createAnchoring({ audit, tsaUrl, http, trust, log, now }: AnchoringDeps): Anchoring {
  let running: Promise<void> | undefined;

  const anchor = async (timeout: number): Promise<void> => {
    const chain = audit.chains().at(-1);
    if (!chain || chain.last.index <= (chain.anchors.at(-1)?.index ?? 0)) return;
    const { index, hash } = chain.last;
    try {
      const settings = { url: tsaUrl, roots: await trust(), timeout };
      const stamp = await requestTimeStamp(anchorImprint(hash), settings, http, now);
      audit.addAnchor(chain, { index, hash, token: stamp.token, time: stamp.time.toISOString() });
    } catch (e) {
      log.error('audit anchor', asYqError(e, 'TSA_UNREACHABLE'));
    }
  };
  const once = (timeout: number): Promise<void> => {
    running ??= anchor(timeout).finally(() => {
      running = undefined;
    });
    return running;
  };
  return {
    async whenDue() {
      const newest = audit.chains().at(-1)?.anchors.at(-1);
      const age = newest ? now().getTime() - Date.parse(newest.time) : Infinity;
      // A clock that was set back must not keep the chain from being anchored.
      if (age >= DAY || age < -DAY) await once(10_000);
    },
    now: once,
  };
}
