/**
 * The service's time. It judges every request by its own clock (five minutes), and a phone's may be wrong: what counts here is the service's,
 * as it was last heard.
 */
import type { HttpClient } from '#core/pki/types.ts';

export interface ServiceClock {
  now(): Date;
  /** Asks the service for its time; false when it can't be reached. */
  ask(): Promise<boolean>;
}

export function serviceClock(url: string, http: HttpClient, local: () => number = Date.now): ServiceClock {
  let ahead = 0;
  return {
    now: () => new Date(local() + ahead),
    async ask() {
      const asked = local();
      try {
        const response = await http({ url: `${url}/api/v1/health`, method: 'GET', timeout: 5000, maxBytes: 16_384 });
        const body = JSON.parse(new TextDecoder().decode(response.body)) as { time?: unknown };
        const theirs = Date.parse(String(body.time));
        if (response.status !== 200 || Number.isNaN(theirs)) return false;
        // Half of the way there and back; less than a second is nobody's concern.
        ahead = theirs - (asked + local()) / 2;
        return true;
      } catch {
        return false;
      }
    },
  };
}
