/** What reads a QR code from the camera's picture: the browser's own detector, or ours in a worker. */
import type { Frame } from './decode.worker.ts';

export interface Reader {
  /** The text of a code in the present frame; null when there is none. */
  read(video: HTMLVideoElement): Promise<string | null>;
  close(): void;
}

interface Detected {
  readonly rawValue: string;
}
interface Detector {
  detect(source: HTMLVideoElement): Promise<readonly Detected[]>;
}
interface DetectorClass {
  new (options: { formats: readonly string[] }): Detector;
  getSupportedFormats(): Promise<readonly string[]>;
}

async function ofBrowser(): Promise<Reader | undefined> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: DetectorClass };
  try {
    if (BarcodeDetector === undefined) return undefined;
    if (!(await BarcodeDetector.getSupportedFormats()).includes('qr_code')) return undefined;
    const detector = new BarcodeDetector({ formats: ['qr_code'] });
    return {
      read: async (video) => (await detector.detect(video))[0]?.rawValue ?? null,
      close: () => undefined,
    };
  } catch {
    return undefined;
  }
}

/** Px of the longer side of what our decoder looks at: a code on a screen half a metre away has some 8 px a module then. */
const LOOK = 800;

function ofOurs(): Reader {
  const worker = new Worker(new URL('./decode.worker.ts', import.meta.url), { type: 'module' });
  const canvas = document.createElement('canvas');
  const context = canvas.getContext('2d', { willReadFrequently: true });
  return {
    read(video) {
      const scale = Math.min(1, LOOK / Math.max(video.videoWidth, video.videoHeight));
      const width = Math.round(video.videoWidth * scale);
      const height = Math.round(video.videoHeight * scale);
      if (context === null || width === 0 || height === 0) return Promise.resolve(null);
      canvas.width = width;
      canvas.height = height;
      context.drawImage(video, 0, 0, width, height);
      const frame: Frame = { width, height, data: context.getImageData(0, 0, width, height).data };
      return new Promise((done, failed) => {
        worker.onmessage = ({ data }: MessageEvent<string | null>) => done(data);
        worker.onerror = () => failed(new Error('the decoder could not be loaded'));
        worker.postMessage(frame, [frame.data.buffer]);
      });
    },
    close: () => worker.terminate(),
  };
}

export const openReader = async (): Promise<Reader> => (await ofBrowser()) ?? ofOurs();
