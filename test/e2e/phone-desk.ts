/** The desk's side of signing by phone: on its screen as a person sees it, and past its screens with the ticket where a PIN would stand. */
import { execFileSync } from 'node:child_process';
import { rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, type Locator, type Page } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import type { PhoneAsk, PhoneProgress } from '../../src/shared/phone.ts';
import type { CallOutput } from '../../src/shared/ipc.ts';
import type { DeskDriver } from './desk-driver.ts';

declare global {
  interface Window {
    phoneSteps?: PhoneProgress[];
  }
}

export type Requested = CallOutput<'phone:ask'>;
export type Approved = NonNullable<PhoneProgress['approved']>;

export interface DeskPhone {
  /** From now on everything that is told of requests is kept. */
  listen(): Promise<void>;
  /** Listens, and asks. */
  ask(ask: PhoneAsk): Promise<Requested>;
  /** What was told of this request, oldest first. */
  steps(request: Requested): Promise<readonly PhoneProgress[]>;
  /** Waits until the desk has heard of this state; gives what it was told. */
  until(request: Requested, state: PhoneProgress['state']): Promise<PhoneProgress>;
  approved(request: Requested): Promise<Approved>;
}

export function deskPhone(desk: () => DeskDriver): DeskPhone {
  const steps = async ({ requestId }: Requested): Promise<readonly PhoneProgress[]> =>
    (await desk().page.evaluate(() => window.phoneSteps ?? [])).filter((s) => s.requestId === requestId);
  const until = async (request: Requested, state: PhoneProgress['state']): Promise<PhoneProgress> => {
    const states = async (): Promise<string[]> => (await steps(request)).map((s) => s.state);
    await expect.poll(states, { timeout: 30_000, intervals: [50] }).toContain(state);
    return (await steps(request)).find((s) => s.state === state)!;
  };
  const listen = (): Promise<void> =>
    desk().page.evaluate(() => {
      if (window.phoneSteps !== undefined) return;
      const steps: PhoneProgress[] = (window.phoneSteps = []);
      window.yiqian.on('phone:progress', (step) => steps.push(step));
    });
  return {
    listen,
    async ask(ask) {
      await listen();
      return desk().call('phone:ask', ask);
    },
    steps,
    until,
    async approved(request) {
      const { approved } = await until(request, 'approved');
      if (approved === null) throw new Error('approved without a ticket');
      return approved;
    },
  };
}

/** Where the code stands, and what is said about it. */
const codeOn = (page: Page): Locator => page.locator('.phone-code[data-phone]');
export const deskShows = (page: Page, stage: 'waiting' | 'scanned' | 'ended'): Promise<void> =>
  expect(codeOn(page)).toHaveAttribute('data-phone', stage, { timeout: 30_000 });

/** A code to sign in with, on the screen; the door may stand open to keys or to phones. */
export async function showLoginCode(page: Page): Promise<void> {
  const door = page.locator('[data-by-phone], [data-phone-again], [data-phone=waiting]').first();
  await door.waitFor({ timeout: 20_000 });
  const button = page.locator('[data-by-phone], [data-phone-again]');
  if ((await button.count()) > 0) await button.first().click();
  await deskShows(page, 'waiting');
  await page.locator('.phone-qr svg').waitFor();
}

/** One picture of both screens for the docs, where YIQIAN_PICTURES names a folder; nothing otherwise. */
export async function picture(name: string, desk: Page, phone: Page): Promise<void> {
  const folder = process.env['YIQIAN_PICTURES'];
  if (folder === undefined) return;
  const [left, right] = [join(folder, `.${name}-desk.png`), join(folder, `.${name}-phone.png`)];
  // Where this machine keeps the demo's driver is of no use to a reader.
  await desk.evaluate((place) => {
    for (const card of document.querySelectorAll<HTMLElement>('section.card')) {
      if (card.textContent.includes(place)) card.style.visibility = 'hidden';
    }
  }, tmpdir());
  await desk.screenshot({ path: left });
  await phone.screenshot({ path: right });
  const side = ['(', right, '-resize', 'x720', '-bordercolor', '#8a8f94', '-border', '1', ')'];
  const both = [left, ...side, '-background', '#dfe3e6', '-gravity', 'center', '+smush', '24'];
  const out = [
    '-bordercolor',
    '#dfe3e6',
    '-border',
    '24',
    '+dither',
    '-colors',
    '128',
    `PNG8:${join(folder, `${name}.png`)}`,
  ];
  execFileSync('convert', [...both, ...out]);
  for (const file of [left, right]) rmSync(file);
}

/** What a camera sees in front of this screen. */
export const pictureOf = (page: Page): Promise<Buffer> => page.screenshot({ type: 'jpeg', quality: 92 });

/** The request has ended on the screen, in the words of this error. */
export async function expectEnd(page: Page, code: ErrorCode, language: 'zh' | 'en' = 'zh'): Promise<void> {
  await deskShows(page, 'ended');
  const { what, next } = errorText(code, language);
  await expect(codeOn(page)).toContainText(what);
  await expect(codeOn(page)).toContainText(next);
}
export const checkOn = (page: Page): Promise<string | null> =>
  page.locator('[data-phone-check]').getAttribute('data-phone-check', { timeout: 20_000 });
