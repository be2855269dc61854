/**
 * `screen`: one display of 1366×768, or those of STANDIN_DISPLAYS (JSON list of Partial<Display>). A test plugs and unplugs more of them:
 * app.evaluate(({ screen }) => screen._plug({ id: 2, bounds: … })), and the app hears of it as from a desktop.
 */
import { EventEmitter } from 'node:events';
import type { Display, Point, Rectangle, Screen as ElectronScreen } from 'electron';
import { makeEvent, strict } from './strict.ts';

export type DisplayPart = Partial<Display> & Pick<Display, 'bounds'>;

const whole = ({ id = 1, bounds, workArea = bounds, scaleFactor = 1, ...rest }: DisplayPart): Display => ({
  id,
  bounds,
  workArea,
  scaleFactor,
  size: { width: bounds.width, height: bounds.height },
  workAreaSize: { width: workArea.width, height: workArea.height },
  nativeOrigin: { x: bounds.x, y: bounds.y },
  rotation: 0,
  label: `stand-in ${id}`,
  internal: id === 1,
  detected: true,
  monochrome: false,
  colorDepth: 24,
  colorSpace: '{primaries:BT709, transfer:SRGB, matrix:RGB, range:FULL}',
  depthPerComponent: 8,
  displayFrequency: 60,
  touchSupport: 'unknown',
  accelerometerSupport: 'unknown',
  maximumCursorSize: { width: 256, height: 256 },
  ...rest,
});

const overlap = (a: Rectangle, b: Rectangle): number =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x)) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y));

type Part = Pick<
  ElectronScreen,
  'getPrimaryDisplay' | 'getAllDisplays' | 'getDisplayMatching' | 'getDisplayNearestPoint' | 'getCursorScreenPoint'
>;

class Screen extends EventEmitter implements Part {
  #displays: Display[] = (
    JSON.parse(
      process.env['STANDIN_DISPLAYS'] ?? '[{"id":1,"bounds":{"x":0,"y":0,"width":1366,"height":768}}]',
    ) as DisplayPart[]
  ).map(whole);

  getAllDisplays(): Display[] {
    return [...this.#displays];
  }
  getPrimaryDisplay(): Display {
    const [first] = this.#displays;
    if (!first) throw new Error('stand-in: no display is plugged in');
    return first;
  }
  getDisplayMatching(r: Rectangle): Display {
    return this.#displays.reduce(
      (best, d) => (overlap(d.bounds, r) > overlap(best.bounds, r) ? d : best),
      this.getPrimaryDisplay(),
    );
  }
  getDisplayNearestPoint({ x, y }: Point): Display {
    return this.getDisplayMatching({ x, y, width: 1, height: 1 });
  }
  getCursorScreenPoint(): Point {
    return { x: 0, y: 0 };
  }

  _plug(display: DisplayPart): void {
    const added = whole(display);
    this.#displays.push(added);
    this.emit('display-added', makeEvent(), added);
  }
  _unplug(id: number): void {
    const removed = this.#displays.find((d) => d.id === id);
    if (!removed) throw new Error(`stand-in: there is no display ${id}`);
    this.#displays = this.#displays.filter((d) => d !== removed);
    this.emit('display-removed', makeEvent(), removed);
  }
  _change(id: number, change: Partial<Display>): void {
    const at = this.#displays.findIndex((d) => d.id === id);
    const before = this.#displays[at];
    if (!before) throw new Error(`stand-in: there is no display ${id}`);
    const after = whole({ ...before, ...change });
    this.#displays[at] = after;
    this.emit('display-metrics-changed', makeEvent(), after, Object.keys(change));
  }
}

export const screen = strict('screen', new Screen());
