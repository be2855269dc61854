/**
 * A reader that draws: ridges around a core, different each time, with a band across the picture that says what it is. For training and
 * tests only, and only where the policy allows it; nothing that comes from it may be taken for a finger.
 */
import { randomBytes } from '#core/crypto/index.ts';
import { encodeGrey } from './png.ts';
import { band } from './band.ts';
import type { FingerprintReader } from './types.ts';

const WIDTH = 256;
const HEIGHT = 360;

/** Grey, 0 is ink. `seed`: 4 bytes that shape the pattern. */
export function drawPattern(seed: Uint8Array): Uint8Array {
  const [a = 0, b = 0, c = 0, d = 0] = seed;
  const coreX = WIDTH / 2 + (a - 128) / 8;
  const coreY = HEIGHT * 0.45 + (b - 128) / 8;
  const turn = (c / 255) * Math.PI;
  const ridges = 7.5 + d / 128;
  const grey = new Uint8Array(WIDTH * HEIGHT).fill(255);
  for (let y = 0; y < HEIGHT; y++) {
    for (let x = 0; x < WIDTH; x++) {
      const inside = ((x - WIDTH / 2) / (WIDTH * 0.46)) ** 2 + ((y - HEIGHT / 2) / (HEIGHT * 0.47)) ** 2;
      if (inside > 1) continue;
      const dx = x - coreX;
      const dy = (y - coreY) * (y > coreY ? 0.6 : 0.95);
      const radius = Math.hypot(dx, dy);
      const bend = 5 * Math.sin(Math.atan2(dy, dx) * 2 + turn + radius / 60);
      const wave = Math.sin(((radius + bend) * 2 * Math.PI) / ridges);
      grey[y * WIDTH + x] = 255 - Math.round(190 * Math.max(0, wave) * Math.min(1, (1 - inside) * 6));
    }
  }
  band(grey, WIDTH, HEIGHT);
  return grey;
}

export const simulatedReader: FingerprintReader = {
  id: 'simulated',
  name: '模拟指纹仪 Simulated reader',
  simulated: true,
  ready: () => Promise.resolve(true),
  capture({ onEvent }) {
    onEvent('waiting');
    onEvent('touched');
    const data = encodeGrey(drawPattern(randomBytes(4)), WIDTH, HEIGHT);
    onEvent('lifted');
    return Promise.resolve({ format: 'PNG', data });
  },
};
