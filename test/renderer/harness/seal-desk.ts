/** The seals of the desk, in the page: what import, removal, drawing and making would do. */
import type { HarnessData } from './data.ts';
import type { SealDrawing, SealView } from '../../../src/shared/models.ts';

let kept: readonly SealView[] | undefined;
const ok = (value: unknown) => ({ ok: true, value });
const url = (d: SealDrawing): string => `/picture/drawn/${encodeURIComponent(JSON.stringify(d))}`;

function size(d: SealDrawing): { widthMm: number; heightMm: number } {
  if (d.kind === 'round') return { widthMm: d.diameterMm, heightMm: d.diameterMm };
  if (d.kind === 'department') return { widthMm: d.widthMm, heightMm: Math.round(d.widthMm * 0.4) };
  return d.kind === 'name' ? { widthMm: d.sideMm, heightMm: d.sideMm } : { widthMm: 40, heightMm: 15 };
}

export async function answerSeals(
  name: string,
  given: Readonly<Record<string, unknown>>,
  d: HarnessData,
  is: (name: string) => boolean,
): Promise<unknown> {
  if (is('seals-slow') && name === 'seals:list') await new Promise(() => {});
  if (is('seals-fail') && name === 'seals:list') return { ok: false, error: d.errors['backend'] };
  kept ??= is('no-seals') ? [] : d.seals;
  switch (name) {
    case 'seals:list':
      return ok(kept);
    case 'seals:import': {
      if (is('bad-seal')) return { ok: false, error: d.errors['esl'] };
      const more = d.seals.filter((s) => !kept?.some((k) => k.id === s.id)).slice(0, 1);
      kept = [...kept, ...more];
      return ok(kept);
    }
    case 'seals:remove':
      kept = kept.filter((s) => s.id !== given['sealId']);
      return ok(kept);
    case 'seals:draw': {
      const drawing = given as unknown as SealDrawing;
      return ok({ url: url(drawing), ...size(drawing) });
    }
    case 'seals:choosePicture':
      return ok({ handle: 'p1', name: '手写签名.png', url: '/picture/handwriting', format: 'png' });
    case 'seals:chooseHolders':
      return ok([{ handle: 'c1', commonName: '孙医师', serial: '5511AA', notAfter: '2028-01-01T00:00:00Z' }]);
    default: {
      if ((given['maker'] as { pin: string }).pin !== '123456') return { ok: false, error: d.errors['pin'] };
      const first = d.seals[0] as SealView;
      const made = { ...first, id: 'NEW-0001', name: String(given['name']), source: 'imported' as const };
      kept = [...kept, made];
      return ok({ path: '/home/doctor/印章/新印章.esl', seal: made });
    }
  }
}
