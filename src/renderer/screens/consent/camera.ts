/** The workstation's camera: opened for the dialog only, its picture made small enough to be kept. */

export type CameraTrouble = 'none' | 'denied' | 'busy' | 'other';

/** Names of DOMException that getUserMedia rejects with (Media Capture and Streams §10.2). */
export function troubleOf(error: unknown): CameraTrouble {
  const name = error instanceof Error ? error.name : '';
  if (name === 'NotFoundError' || name === 'OverconstrainedError' || name === 'TypeError') return 'none';
  if (name === 'NotAllowedError' || name === 'SecurityError') return 'denied';
  return name === 'NotReadableError' || name === 'AbortError' ? 'busy' : 'other';
}

/** Longer side in pixels: a face is told, and the sealed package stays small. */
export const LONGEST = 1280;
const QUALITY = 0.85;

export const shrunk = (width: number, height: number): { width: number; height: number } => {
  const k = Math.min(1, LONGEST / Math.max(width, height, 1));
  return { width: Math.round(width * k), height: Math.round(height * k) };
};

export async function openCamera(deviceId?: string): Promise<MediaStream> {
  // Absent where the page may not use media at all.
  const devices = (navigator as { mediaDevices?: MediaDevices }).mediaDevices;
  if (devices === undefined) throw new DOMException('no media devices', 'NotFoundError');
  return devices.getUserMedia({
    audio: false,
    video: { width: { ideal: LONGEST }, ...(deviceId !== undefined && { deviceId: { exact: deviceId } }) },
  });
}

export const cameras = async (): Promise<MediaDeviceInfo[]> =>
  (await navigator.mediaDevices.enumerateDevices()).filter((d) => d.kind === 'videoinput');

export const closeCamera = (stream: MediaStream | null): void => stream?.getTracks().forEach((t) => t.stop());

/** What the camera sees now, drawn on `canvas`. */
export function shoot(video: HTMLVideoElement, canvas: HTMLCanvasElement): void {
  const size = shrunk(video.videoWidth, video.videoHeight);
  canvas.width = size.width;
  canvas.height = size.height;
  canvas.getContext('2d')?.drawImage(video, 0, 0, size.width, size.height);
}

export function jpegOf(canvas: HTMLCanvasElement): Promise<Uint8Array<ArrayBuffer> | null> {
  return new Promise((done) =>
    canvas.toBlob(
      (blob) => void (blob === null ? done(null) : blob.arrayBuffer().then((b) => done(new Uint8Array(b)))),
      'image/jpeg',
      QUALITY,
    ),
  );
}
