/** The camera at the back of the phone, until `close`. */
import { YqError } from '#core/errors/index.ts';
import { openReader } from './reader.ts';

export interface Camera {
  /** Undefined where the phone has no lamp, or does not let a page switch it. */
  readonly light: ((on: boolean) => Promise<void>) | undefined;
  close(): void;
}

/** Between two looks, ms: the hand moves slower, and the battery lasts. */
const PAUSE = 120;

/**
 * Shows the camera in `video` and calls `seen` with the text of every code, again while it stays in view.
 * @throws YqError PHONE_CAMERA: none there, not allowed, in use
 */
export async function openCamera(
  video: HTMLVideoElement,
  seen: (text: string) => void,
  signal: AbortSignal,
): Promise<Camera> {
  const stream = await openStream();
  const stop = (): void => {
    for (const track of stream.getTracks()) track.stop();
    video.srcObject = null;
  };
  if (signal.aborted) {
    stop();
    throw new YqError('PHONE_CAMERA', { cause: signal.reason });
  }
  video.srcObject = stream;
  try {
    await video.play();
    const reader = await openReader();
    void look(video, reader, seen, signal).finally(() => reader.close());
  } catch (cause) {
    stop();
    throw new YqError('PHONE_CAMERA', { cause });
  }
  return { light: lamp(stream), close: stop };
}

async function openStream(): Promise<MediaStream> {
  try {
    return await navigator.mediaDevices.getUserMedia({
      audio: false,
      video: { facingMode: { ideal: 'environment' }, width: { ideal: 1280 }, height: { ideal: 960 } },
    });
  } catch (cause) {
    // navigator.mediaDevices itself is absent where the page was opened without a secure connection.
    throw new YqError('PHONE_CAMERA', { cause });
  }
}

async function look(
  video: HTMLVideoElement,
  reader: Awaited<ReturnType<typeof openReader>>,
  seen: (text: string) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    // A frame that can't be read is followed by another.
    const text = video.readyState >= 2 ? await reader.read(video).catch(() => null) : null;
    if (text !== null && !signal.aborted) seen(text);
    await new Promise((next) => setTimeout(next, PAUSE));
  }
}

function lamp(stream: MediaStream): Camera['light'] {
  const [track] = stream.getVideoTracks();
  const can = track?.getCapabilities?.() as { torch?: boolean } | undefined;
  if (track === undefined || can?.torch !== true) return undefined;
  return (on) => track.applyConstraints({ advanced: [{ torch: on } as MediaTrackConstraintSet] });
}
