/** Reads QR codes off the page's own thread, for browsers without a BarcodeDetector. One frame in, what it says (or null) out. */
import decodeQR from 'qr/decode.js';

export interface Frame {
  readonly width: number;
  readonly height: number;
  /** RGBA. */
  readonly data: Uint8ClampedArray;
}

addEventListener('message', ({ data }: MessageEvent<Frame>) => {
  let text: string | null = null;
  try {
    text = decodeQR(data, { timeLimit: 120 });
  } catch {
    // No code in this frame, which is what most frames hold.
  }
  postMessage(text);
});
