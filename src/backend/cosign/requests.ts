/**
 * Reading what a device sends. What is wrong with a request that no honest device makes is told as COSIGN_REFUSED and nothing else.
 */
import type { z } from 'zod';
import { YqError } from '#core/errors/index.ts';
import { cosignEnvelope, cosignPayloads, type CosignOperation, type CosignPayload } from '#core/token/index.ts';

export const refused = (detail: string): YqError => new YqError('COSIGN_REFUSED', { detail });

/** The parts of an envelope, not judged yet. */
export const readEnvelope = (body: unknown): { payload: Uint8Array; signature: Uint8Array } =>
  parse(cosignEnvelope, body);

/** The payload's JSON, as the schema of its operation has it. */
export const readPayload = (op: CosignOperation, payload: Uint8Array): CosignPayload<CosignOperation> =>
  parse(cosignPayloads[op] as z.ZodType<CosignPayload<CosignOperation>>, readJson(payload));

export function parse<T>(
  schema: { safeParse(v: unknown): { success: true; data: T } | { success: false } },
  value: unknown,
): T {
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw refused('form');
  return parsed.data;
}

export function readJson(payload: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload));
  } catch {
    throw refused('form');
  }
}
