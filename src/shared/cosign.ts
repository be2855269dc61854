/** Co-sign keys (协同签名) as the window asks for them. They stand in `tokens:list` among the other keys, profile `cosign`; PIN and test as with those. */
import { z } from 'zod';
import { tokensView } from './models.ts';

const pin = z.string().min(6).max(64);
const tokenId = z.string();

export const cosignCalls = {
  /** A one-time code for me, who have signed in with a certificate: for this PC, for a phone, or to move a key (`moves`: its token id). */
  'cosign:code': {
    input: z.object({ moves: tokenId.nullable() }),
    output: z.object({ code: z.string(), expiresAt: z.string() }),
  },
  /** Makes a key on this PC. Needs nobody signed in: the code says whose it is. */
  'cosign:enrol': {
    input: z.object({ code: z.string().min(8).max(64), pin }),
    output: z.object({ tokenId, tokens: tokensView }),
  },
  /** Renews both shares now. */
  'cosign:refresh': { input: z.object({ tokenId, pin: z.string().min(1).max(64) }), output: tokensView },
  /** The server holds the key until the administrator lets it go on: a PC that was lost, a PIN that was seen. */
  'cosign:suspend': { input: z.object({ tokenId, reason: z.string().min(1).max(200) }), output: tokensView },
  /** Takes the key off this PC. */
  'cosign:forget': { input: z.object({ tokenId }), output: tokensView },
} as const;
