/**
 * The policy that a hospital's IT puts on each PC: one JSON file that only an administrator can write. Absent, rejected and
 * unreadable are three different cases, because they ask for three different things to be done:
 * - absent: nothing is managed here; users' settings and defaults hold;
 * - rejected: the file is there and is JSON, but a value is not allowed. None of it is applied (half a policy is worse than none
 *   that one knows of), and the diagnosis names the place;
 * - unreadable: the file is there but cannot be read or is no JSON; said so with the cause.
 * In the last two cases the desk works with its defaults and shows the fault, rather than locking a ward out at night.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';
import { language, theme } from '#shared/models.ts';
import { driverEntries } from '../app/locations.ts';

export const timeoutSeconds = z.number().min(1).max(300);
export const sealCarrier = z.enum(['attribute', 'contents']);
export const signatureLevel = z.enum(['B-T', 'B-LT', 'B-LTA']);
export const sealVersion = z.union([z.literal(4), z.literal(5)]);
export const tsaRate = z.strictObject({
  count: z.int().min(1).max(100_000),
  perSeconds: z.number().min(1).max(86_400),
});
export const consentOfflineDays = z.number().min(0).max(60);
export const httpUrl = z.url({ protocol: /^https?$/ });

/** Values that may be managed. Unknown names are refused: a misspelt lock would be no lock. */
export const policySchema = z.strictObject({
  backendUrl: httpUrl.optional(),
  /** Where phones reach the record service, when that is not `backendUrl`. */
  phoneUrl: httpUrl.optional(),
  tsaUrl: httpUrl.optional(),
  /** Several time stamp services in their order; the next takes the place of one that fails. Stands above tsaUrl. */
  tsaUrls: z.array(httpUrl).min(1).max(8).optional(),
  /** How often each of them may be asked. */
  tsaRate: tsaRate.optional(),
  /** When no service answers, sign without a trusted time and add it later. */
  timestampLater: z.boolean().optional(),
  /** False: 全部签署 is not allowed, every record must be shown. */
  batchWithoutReview: z.boolean().optional(),
  /** Folder of PEM roots, absolute. */
  trustDirectory: z.string().min(1).optional(),
  drivers: driverEntries.optional(),
  language: language.optional(),
  theme: theme.optional(),
  /** Minutes without input after which the desk locks; 0 never does. */
  lockAfterMinutes: z.int().min(0).max(480).optional(),
  tsaTimeoutSeconds: timeoutSeconds.optional(),
  tokenTimeoutSeconds: timeoutSeconds.optional(),
  /** How a file carries its seal (docs/formats.md): `attribute` is readable for everybody, `contents` as some vendors do it. */
  sealCarrier: sealCarrier.optional(),
  /** What every signature is to reach. */
  signatureLevel: signatureLevel.optional(),
  /** Format of seals made here: 4 GB/T 38540-2020, 5 GM/T 0031-2025. */
  sealVersion: sealVersion.optional(),
  /** Whether a photo may be taken with a consent form; opens the camera to the staff's window. */
  consentPhotos: z.boolean().optional(),
  /** Offers a fingerprint reader that only draws: for training, never in a ward. */
  simulatedFingerprint: z.boolean().optional(),
  /** Days for which templates and the escrow certificate may be used without the record service, and after which a waiting form is overdue. */
  consentOfflineDays: consentOfflineDays.optional(),
});
export type PolicyValues = z.infer<typeof policySchema>;

export type Policy =
  | { readonly state: 'absent'; readonly file: string; readonly values: PolicyValues }
  | { readonly state: 'applied'; readonly file: string; readonly values: PolicyValues }
  | {
      readonly state: 'rejected';
      readonly file: string;
      readonly values: PolicyValues;
      readonly reasons: readonly string[];
    }
  | { readonly state: 'unreadable'; readonly file: string; readonly values: PolicyValues; readonly reason: string };

/** Folders that users cannot write to on a properly installed PC. */
export function policyFile(platform: NodeJS.Platform, env: Readonly<Record<string, string | undefined>>): string {
  if (platform === 'win32') return join(env['ProgramData'] ?? 'C:\\ProgramData', 'Yiqian', 'policy.json');
  if (platform === 'darwin') return '/Library/Application Support/Yiqian/policy.json';
  return '/etc/yiqian/policy.json';
}

/** A policy is small; a larger file is a mistake. */
const MAX_BYTES = 256 * 1024;

export function readPolicy(file: string): Policy {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (e) {
    const code = (e as NodeJS.ErrnoException).code ?? String(e);
    if (code === 'ENOENT' || code === 'ENOTDIR') return { state: 'absent', file, values: {} };
    return { state: 'unreadable', file, values: {}, reason: code };
  }
  if (text.length > MAX_BYTES) return { state: 'unreadable', file, values: {}, reason: `more than ${MAX_BYTES} bytes` };
  let json: unknown;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch {
    return { state: 'unreadable', file, values: {}, reason: 'not JSON' };
  }
  const parsed = policySchema.safeParse(json);
  if (parsed.success) return { state: 'applied', file, values: parsed.data };
  const reasons = parsed.error.issues.map((i) =>
    i.code === 'unrecognized_keys' ? `unknown: ${i.keys.join(', ')}` : `${i.path.join('.') || '(file)'}: ${i.message}`,
  );
  return { state: 'rejected', file, values: {}, reasons };
}
