/** The configuration in force: policy above environment above default, with the source of every value for the diagnosis page. */
import { driverEntries, type DriverEntry } from '../app/locations.ts';
import { z } from 'zod';
import {
  consentOfflineDays,
  httpUrl,
  sealCarrier,
  sealVersion,
  signatureLevel,
  timeoutSeconds,
  tsaRate,
  type Policy,
} from './read.ts';

export type Source = 'policy' | 'environment' | 'default';
export interface Sourced<T> {
  readonly value: T;
  readonly source: Source;
}

export interface Configuration {
  readonly backendUrl: Sourced<string>;
  /** The record service as phones reach it; `backendUrl` by default. */
  readonly phoneUrl: Sourced<string>;
  /** The first of `tsaUrls`; `<backendUrl>/tsa` by default. */
  readonly tsaUrl: Sourced<string>;
  /** In their order; the next takes the place of one that fails. */
  readonly tsaUrls: Sourced<readonly string[]>;
  /** Per service; undefined: as often as needed. */
  readonly tsaRate: Sourced<z.infer<typeof tsaRate> | undefined>;
  readonly timestampLater: Sourced<boolean>;
  /** Whether records may be signed that were not shown (全部签署). */
  readonly batchWithoutReview: Sourced<boolean>;
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
  readonly consentPhotos: Sourced<boolean>;
  readonly simulatedFingerprint: Sourced<boolean>;
  readonly consentOfflineDays: Sourced<number>;
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
const CONSENT_OFFLINE_DAYS = 7;

/** What is no sensible number of seconds counts as not given. */
function seconds(text: string | undefined): number | undefined {
  const parsed = timeoutSeconds.safeParse(text === undefined || text === '' ? undefined : Number(text));
  return parsed.success ? parsed.data : undefined;
}

/** Addresses with blanks between them; one that is none makes all of it count as not given. */
function severalUrls(text: string | undefined): readonly string[] | undefined {
  const parsed = z
    .array(httpUrl)
    .min(1)
    .safeParse(text?.split(/\s+/).filter((url) => url !== ''));
  return parsed.success ? parsed.data : undefined;
}

/** `20/1200`: twenty in twenty minutes. */
function rateOf(text: string | undefined): z.infer<typeof tsaRate> | undefined {
  const [count, perSeconds] = (text ?? '').split('/').map(Number);
  return tsaRate.safeParse({ count, perSeconds }).data;
}

const flag = (text: string | undefined): boolean | undefined =>
  text === '1' || text === 'true' ? true : text === '0' || text === 'false' ? false : undefined;

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
  const phoneUrl = pick(policy.values.phoneUrl, oneOf(httpUrl, env['YIQIAN_PHONE_URL']), base);
  const one = (url: string | undefined): readonly string[] | undefined => (url === undefined ? undefined : [url]);
  const tsaUrls = pick<readonly string[]>(
    policy.values.tsaUrls ?? one(policy.values.tsaUrl),
    severalUrls(env['YIQIAN_TSA_URLS']) ?? one(env['YIQIAN_TSA_URL']),
    [`${base}/tsa`],
  );
  return {
    backendUrl: { ...backendUrl, value: base },
    phoneUrl: { ...phoneUrl, value: phoneUrl.value.replace(/\/+$/, '') },
    tsaUrl: { ...tsaUrls, value: tsaUrls.value[0] ?? `${base}/tsa` },
    tsaUrls,
    tsaRate: pick(policy.values.tsaRate, rateOf(env['YIQIAN_TSA_RATE']), undefined),
    timestampLater: pick(policy.values.timestampLater, flag(env['YIQIAN_TIMESTAMP_LATER']), false),
    batchWithoutReview: pick(policy.values.batchWithoutReview, flag(env['YIQIAN_BATCH_WITHOUT_REVIEW']), true),
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
    consentPhotos: pick(policy.values.consentPhotos, flag(env['YIQIAN_CONSENT_PHOTOS']), false),
    simulatedFingerprint: pick(policy.values.simulatedFingerprint, flag(env['YIQIAN_SIMULATED_FINGERPRINT']), false),
    consentOfflineDays: pick(
      policy.values.consentOfflineDays,
      oneOf(consentOfflineDays, Number(env['YIQIAN_CONSENT_OFFLINE_DAYS'] ?? Number.NaN)),
      CONSENT_OFFLINE_DAYS,
    ),
    driversRejected,
  };
}
