/** The configuration in force: policy above environment above default, with the source of every value for the diagnosis page. */
import { driverEntries, type DriverEntry } from '../app/locations.ts';
import type { z } from 'zod';
import { sealCarrier, sealVersion, signatureLevel, timeoutSeconds, type Policy } from './read.ts';

export type Source = 'policy' | 'environment' | 'default';
export interface Sourced<T> {
  readonly value: T;
  readonly source: Source;
}

export interface Configuration {
  readonly backendUrl: Sourced<string>;
  /** Undefined: `<backendUrl>/tsa`. */
  readonly tsaUrl: Sourced<string>;
  readonly trustDirectory: Sourced<string>;
  readonly drivers: Sourced<readonly DriverEntry[]>;
  readonly lockAfterMinutes: Sourced<number>;
  /** Longest wait for one time stamp; one more try follows when the network failed. */
  readonly tsaTimeoutSeconds: Sourced<number>;
  /** Longest time a driver may take for one signature before its process is replaced. */
  readonly tokenTimeoutSeconds: Sourced<number>;
  readonly sealCarrier: Sourced<z.infer<typeof sealCarrier>>;
  readonly signatureLevel: Sourced<z.infer<typeof signatureLevel>>;
  readonly sealVersion: Sourced<z.infer<typeof sealVersion>>;
  /** Set when YIQIAN_DRIVERS was given and could not be understood. */
  readonly driversRejected: string | undefined;
}

export interface ConfigurationInput {
  readonly policy: Policy;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly trustDirectory: string;
}

const DEFAULT_BACKEND = 'http://127.0.0.1:8765';
const LOCK_AFTER_MINUTES = 10;
const TSA_TIMEOUT_SECONDS = 10;
const TOKEN_TIMEOUT_SECONDS = 30;

/** What is no sensible number of seconds counts as not given. */
function seconds(text: string | undefined): number | undefined {
  const parsed = timeoutSeconds.safeParse(text === undefined || text === '' ? undefined : Number(text));
  return parsed.success ? parsed.data : undefined;
}

/** What is none of the values counts as not given. */
const oneOf = <T>(schema: z.ZodType<T>, value: unknown): T | undefined => schema.safeParse(value).data;

export function configure({ policy, env, trustDirectory }: ConfigurationInput): Configuration {
  const pick = <T>(managed: T | undefined, fromEnv: T | undefined, fallback: T): Sourced<T> =>
    managed !== undefined
      ? { value: managed, source: 'policy' }
      : fromEnv !== undefined
        ? { value: fromEnv, source: 'environment' }
        : { value: fallback, source: 'default' };

  let fromEnv: readonly DriverEntry[] | undefined;
  let driversRejected: string | undefined;
  if (env['YIQIAN_DRIVERS'] !== undefined) {
    try {
      fromEnv = driverEntries.parse(JSON.parse(env['YIQIAN_DRIVERS']));
    } catch {
      driversRejected = 'YIQIAN_DRIVERS is not a JSON list of {profile, path, env?}';
    }
  }
  const backendUrl = pick(policy.values.backendUrl, env['YIQIAN_BACKEND_URL'], DEFAULT_BACKEND);
  const base = backendUrl.value.replace(/\/+$/, '');
  return {
    backendUrl: { ...backendUrl, value: base },
    tsaUrl: pick(policy.values.tsaUrl, env['YIQIAN_TSA_URL'], `${base}/tsa`),
    trustDirectory: pick(policy.values.trustDirectory, undefined, trustDirectory),
    drivers: pick<readonly DriverEntry[]>(policy.values.drivers, fromEnv, []),
    lockAfterMinutes: pick(policy.values.lockAfterMinutes, undefined, LOCK_AFTER_MINUTES),
    tsaTimeoutSeconds: pick(policy.values.tsaTimeoutSeconds, seconds(env['YIQIAN_TSA_TIMEOUT']), TSA_TIMEOUT_SECONDS),
    tokenTimeoutSeconds: pick(
      policy.values.tokenTimeoutSeconds,
      seconds(env['YIQIAN_TOKEN_TIMEOUT']),
      TOKEN_TIMEOUT_SECONDS,
    ),
    sealCarrier: pick(policy.values.sealCarrier, oneOf(sealCarrier, env['YIQIAN_SEAL_CARRIER']), 'attribute'),
    signatureLevel: pick(policy.values.signatureLevel, oneOf(signatureLevel, env['YIQIAN_SIGNATURE_LEVEL']), 'B-T'),
    sealVersion: pick(policy.values.sealVersion, oneOf(sealVersion, Number(env['YIQIAN_SEAL_VERSION'])), 4),
    driversRejected,
  };
}
