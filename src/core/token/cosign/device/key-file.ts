/**
 * One co-sign key on its device: what a key file holds and how it is kept. The device's secrets in it are wrapped by a `Protector` (the system's
 * store where there is one), so that a copy on another device opens nothing; the share itself needs the PIN and the server on top of that.
 * During a refresh the next share stands beside the present one until the server has acknowledged.
 */
import { z } from 'zod';
import { base64 as bytes, toWire } from './messages.ts';

const sealedShare = z.object({ epoch: z.number().int().positive(), locked: bytes, serverPoint: bytes });
export type SealedShare = z.output<typeof sealedShare>;

const keyFile = z.object({
  version: z.literal(1),
  /** Where the share lives. */
  place: z.enum(['pc', 'phone']).default('pc'),
  keyId: z.string().regex(/^[A-Za-z0-9_-]{16,64}$/),
  /** Service that holds the other share, without a slash at the end. */
  url: z.string(),
  person: z.object({ id: z.string(), name: z.string(), department: z.string() }),
  publicKey: bytes,
  /** Device secret (32) ‖ device private key (32), wrapped by `protect`. */
  secrets: bytes,
  devicePublicKey: bytes,
  share: sealedShare,
  /** Of a refresh that is not acknowledged yet. */
  next: sealedShare.nullable(),
  /** DER; null until issued. */
  certificate: bytes.nullable(),
  chain: z.array(bytes),
  /** As last told by the server. */
  triesLeft: z.number().int(),
  /** Answers of the server that did not verify; at three the key is not used any more on this PC. */
  serverFaults: z.number().int(),
  /** Hex SM3 of the code it was begun with: with it an enrolment that was cut off is finished. */
  codeSm3: z.string(),
  createdAt: z.string(),
  /** When the shares were renewed last. */
  refreshedAt: z.string(),
});
export type CosignKeyFile = z.output<typeof keyFile>;

/** Where a device keeps its keys: a folder on a PC, the browser's database on a phone. */
export interface KeyStore {
  /** Ids of the keys of this device. */
  list(): Promise<readonly string[]>;
  /** @throws YqError COSIGN_KEY_FILE: absent, damaged, or of another key */
  read(keyId: string): Promise<CosignKeyFile>;
  /** Whole or not at all; when it resolves, the file outlives a power cut as far as the medium promises. */
  write(key: CosignKeyFile): Promise<void>;
  remove(keyId: string): Promise<void>;
}

/** Text of a file. @throws Error (zod's or JSON's) when it is none of ours or names another key */
export function parseKeyFile(text: string, keyId: string): CosignKeyFile {
  const parsed = keyFile.parse(JSON.parse(text));
  if (parsed.keyId !== keyId) throw new Error('the file names another key');
  return parsed;
}

export const keyFileText = (key: CosignKeyFile): string => JSON.stringify(toWire(key), null, 1);
