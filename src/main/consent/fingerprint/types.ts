/**
 * Readers of fingerprints. A vendor's reader is one more implementation of `FingerprintReader`, put into the list in readers.ts; its
 * native part belongs into a process of its own beside main, as the tokens' drivers do (src/token-host), because such drivers hang.
 */
import type { KeptPicture } from '../form-store.ts';

/** What the person at the reader is told while it waits. */
export type ReaderEvent = 'waiting' | 'touched' | 'lifted';

export interface CaptureOptions {
  /** Ends the capture; it rejects with CONSENT_READER. */
  readonly signal: AbortSignal;
  /** ms until it gives up. */
  readonly timeout: number;
  readonly onEvent: (event: ReaderEvent) => void;
}

export interface FingerprintReader {
  readonly id: string;
  readonly name: string;
  /** Draws instead of reading: for training, marked so in every place. */
  readonly simulated: boolean;
  /** Plugged in and answering. */
  ready(): Promise<boolean>;
  /** One finger, 8 bits of grey, about 500 dpi. Rejects with CONSENT_READER: cancelled, timed out, taken away, unusable. */
  capture(options: CaptureOptions): Promise<KeptPicture>;
}
