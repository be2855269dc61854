/** The readers this desk knows of. Import from a file is a call of its own and no reader. */
import { YqError } from '#core/errors/index.ts';
import { simulatedReader } from './simulated.ts';
import type { FingerprintReader } from './types.ts';

export interface Readers {
  list(): readonly FingerprintReader[];
  /** Throws CONSENT_READER. */
  find(id: string): FingerprintReader;
}

/** `simulated`: the policy allows it. Vendors' readers are put in front of it here. */
export function createReaders(
  { simulated }: { readonly simulated: boolean },
  vendors: readonly FingerprintReader[] = [],
): Readers {
  const readers = [...vendors, ...(simulated ? [simulatedReader] : [])];
  return {
    list: () => readers,
    find(id) {
      const reader = readers.find((r) => r.id === id);
      if (reader) return reader;
      throw new YqError('CONSENT_READER', {
        params: { 'reason.zh': '没有这台指纹仪', 'reason.en': 'there is no such reader' },
      });
    },
  };
}
