/** Getting about in the consent screens and in the patient's window, and writing with a pen that presses and leans. */
import type { Browser, Page } from '@playwright/test';
import { openPage, type View, type ViewSize } from './browser.ts';

export const consents = async (page: Page): Promise<void> => {
  await page.locator('.grid, .empty').first().waitFor();
  await page.keyboard.press('Control+7');
  await page.locator('.consents').waitFor();
};
export const openForm = async (page: Page, id = 'c1'): Promise<void> => {
  await consents(page);
  await page.locator(`[data-consent=${id}]`).click();
  await page.locator('.consent-split').waitFor();
};
export const presented = async (page: Page): Promise<void> => {
  await openForm(page);
  await page.locator('.page .textLayer span').first().waitFor();
};
export const begin = async (page: Page): Promise<void> => {
  await consents(page);
  await page.keyboard.press('n');
  await page.locator('[data-patient]').first().waitFor();
};

export type Size = ViewSize;

export const openPatient = (browser: Browser, url: string, size: Size, view: View): Promise<Page> =>
  openPage(browser, `${url}patient.html`, size, view, '.patient');

/** To the end of the text, by the button alone. */
export const readOn = async (page: Page): Promise<void> => {
  const button = page.locator('.reading .primary');
  await button.waitFor();
  for (let i = 0; i < 40 && (await button.getAttribute('data-seen')) !== 'true'; i++) {
    await button.click();
    await page.waitForTimeout(30);
  }
  await button.click();
};
export const allowAll = async (page: Page): Promise<void> => {
  await readOn(page);
  for (const what of ['handwriting', 'fingerprint', 'photo'])
    await page.locator(`[data-ask=${what}] [data-answer=yes]`).click();
  await page.locator('.ink-surface').waitFor();
};

export interface PenPoint {
  /** Part of the surface's width and height. */
  readonly x: number;
  readonly y: number;
  readonly pressure?: number;
  readonly tiltX?: number;
  readonly tiltY?: number;
}
export interface PenOptions {
  readonly type?: 'pen' | 'touch' | 'mouse';
  readonly id?: number;
  /** CSS pixels of the contact. */
  readonly contact?: number;
  readonly end?: 'pointerup' | 'pointercancel' | 'none';
}

/** A stroke by dispatched PointerEvents; the inner points go in bundles of three as coalesced events, as a fast pen sends them. */
export const write = (page: Page, points: readonly PenPoint[], o: PenOptions = {}): Promise<void> =>
  page.locator('.ink-surface').evaluate(
    (el, { points, o }) => {
      const r = el.getBoundingClientRect();
      const type = o.type ?? 'pen';
      const init = (p: (typeof points)[number], buttons: number): PointerEventInit => ({
        bubbles: true,
        cancelable: true,
        pointerId: o.id ?? 7,
        pointerType: type,
        isPrimary: true,
        clientX: r.left + p.x * r.width,
        clientY: r.top + p.y * r.height,
        pressure: buttons === 0 ? 0 : (p.pressure ?? 0.5),
        tiltX: p.tiltX ?? 0,
        tiltY: p.tiltY ?? 0,
        width: o.contact ?? 1,
        height: o.contact ?? 1,
        button: 0,
        buttons,
      });
      const send = (name: string, p: (typeof points)[number], buttons: number, coalescedEvents: PointerEvent[] = []) =>
        el.dispatchEvent(
          new PointerEvent(name, {
            ...init(p, buttons),
            ...(name === 'pointermove' && { button: -1 }),
            coalescedEvents,
          }),
        );
      const [first] = points;
      if (first === undefined) return;
      send('pointerdown', first, 1);
      for (let i = 1; i < points.length; i += 3) {
        const bundle = points.slice(i, i + 3);
        const last = bundle.at(-1);
        if (last === undefined) continue;
        send(
          'pointermove',
          last,
          1,
          bundle.map((p) => new PointerEvent('pointermove', { ...init(p, 1), button: -1 })),
        );
      }
      const end = o.end ?? 'pointerup';
      const last = points.at(-1) ?? first;
      if (end !== 'none') send(end, last, 0);
    },
    { points: [...points], o },
  );

/** A line from the left to the right with rising pressure. */
export const line = (y: number, n = 10): PenPoint[] =>
  Array.from({ length: n }, (_, i) => ({
    x: 0.25 + (0.5 * i) / (n - 1),
    y,
    pressure: 0.2 + (0.6 * i) / (n - 1),
    tiltX: -30,
    tiltY: 15,
  }));

/** A pen display and the desk's usual sizes. */
export const sizes = {
  pen: { width: 1280, height: 800 },
  full: { width: 1366, height: 768 },
  small: { width: 911, height: 512, scale: 1.5 },
} as const;
