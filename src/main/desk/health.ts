/** The three dots: key, time stamp service, record service; asked every 15 s, each with its latency and its own words. */
import { asYqError, YqError, type ErrorCode } from '#core/errors/index.ts';
import type { Health, HealthDot } from '#shared/models.ts';
import { toWireError } from '../wire-error.ts';
import type { DeskPorts } from './ports.ts';

export const HEALTH_INTERVAL = 15_000;
/** ms above which a service counts as slow. */
const SLOW = 1_500;
const TIMEOUT = 5_000;

const unknown: HealthDot = { state: 'unknown', latencyMs: null, error: null };

export interface HealthWatch {
  view(): Health;
  /** Asks now and tells the window when something changed in kind. */
  ping(): Promise<Health>;
}

export function createHealthWatch(ports: DeskPorts): HealthWatch {
  let health: Health = { token: unknown, tsa: unknown, backend: unknown };

  const dot = async (ask: () => Promise<unknown>, fallback: ErrorCode): Promise<HealthDot> => {
    const begun = performance.now();
    try {
      await ask();
      const latencyMs = Math.round(performance.now() - begun);
      return { state: latencyMs > SLOW ? 'slow' : 'ok', latencyMs, error: null };
    } catch (e) {
      return { state: 'down', latencyMs: null, error: toWireError(asYqError(e, fallback)) };
    }
  };
  const token = async (): Promise<void> => {
    const tokens = await ports.tokens.provider.list();
    if (tokens.length > 0) return;
    const broken = (await ports.tokens.provider.drivers()).find((d) => d.state !== 'ready' && d.state !== 'absent');
    throw new YqError('TOKEN_NOT_FOUND', { params: { token: '—' }, ...(broken && { detail: broken.driver }) });
  };
  // Only that something answers there: a real time stamp each 15 s would eat a hospital's quota.
  const tsa = async (): Promise<void> => {
    await ports.http({ url: ports.configuration.tsaUrl.value, method: 'GET', timeout: TIMEOUT, maxBytes: 64 * 1024 });
  };

  return {
    view: () => health,
    async ping() {
      const [t, s, b] = await Promise.all([
        dot(token, 'TOKEN_NOT_FOUND'),
        dot(tsa, 'TSA_UNREACHABLE'),
        dot(() => ports.backend.health(), 'BACKEND_UNREACHABLE'),
      ]);
      health = { token: t, tsa: s, backend: b };
      ports.tell('health:changed', health);
      return health;
    },
  };
}
