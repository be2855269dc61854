/**
 * A phone: a second Chromium with a phone's viewport, whose storage outlives its page and itself. What its camera sees is a picture of the
 * desk's screen.
 */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { chromium, expect, type BrowserContext, type Locator, type Page } from '@playwright/test';
import { errorText, type ErrorCode } from '../../src/core/errors/index.ts';
import { en } from '../../src/phone/i18n/en.ts';
import { zh } from '../../src/phone/i18n/zh.ts';
import { chromiumMissing, findChromium } from '../stand-in/chromium.ts';

export type Refusal = 'notMine' | 'wrongList' | 'other';

export interface PhoneDriver {
  /** Origin of the service. */
  readonly url: string;
  readonly page: Page;
  readonly words: typeof zh;
  /** Addresses of all requests that the browser made, fragments and all. */
  readonly asked: readonly string[];
  /** What the page complained of: errors, violations of its content security policy. */
  readonly complaints: readonly string[];
  /** Starts the browser where it does not run, and opens the page; with a link, that one. */
  open(link?: string): Promise<void>;
  /** The browser is closed, its storage stays. */
  close(): Promise<void>;
  dispose(): Promise<void>;
  button(name: string): Locator;
  /** Makes a key with the code of this link, or with the one that was just scanned, and says that the name is one's own. */
  enrol(link: string | null, pin: string): Promise<void>;
  /** Opens the link of a request and waits for what is asked; gives the number that the desk must show too. */
  scan(link: string): Promise<string>;
  /** Scans what stands in this picture (JPEG) with the camera, from the first screen on. */
  see(picture: Buffer): Promise<void>;
  /** The number, once what is asked is shown. */
  check(): Promise<string>;
  /** Says that the number is the same; then the PIN. */
  approve(pin: string): Promise<void>;
  /** Once more, where the PIN is asked for. */
  pin(pin: string): Promise<void>;
  refuse(why: Refusal): Promise<void>;
  /** Waits until the page says how it has ended, well or not; gives the title. */
  ended(): Promise<string>;
  /** The words of this error stand on the screen. */
  expectError(code: ErrorCode): Promise<void>;
  /** Everything that lies in the browser for this page, as text: IndexedDB, localStorage, sessionStorage, cookies, addresses in caches. */
  kept(): Promise<string>;
  setOffline(offline: boolean): Promise<void>;
}

const size = { width: 390, height: 844 };

export function phoneAt(url: string, language: 'zh' | 'en' = 'zh'): PhoneDriver {
  const folder = mkdtempSync(join(tmpdir(), 'yq-phone-'));
  const camera = join(folder, 'camera.mjpeg');
  const executablePath = findChromium();
  if (executablePath === undefined) throw new Error(chromiumMissing);
  const words = language === 'zh' ? zh : en;
  const asked: string[] = [];
  const complaints: string[] = [];
  let context: BrowserContext | undefined;
  let page: Page | undefined;
  const running = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the phone is not open');
    return value;
  };
  const at = (): Page => running(page);
  const start = async (): Promise<void> => {
    context = await chromium.launchPersistentContext(join(folder, 'profile'), {
      executablePath,
      viewport: size,
      isMobile: true,
      hasTouch: true,
      deviceScaleFactor: 2,
      locale: language === 'zh' ? 'zh-CN' : 'en-GB',
      reducedMotion: 'reduce',
      args: [
        '--no-sandbox',
        '--headless=new',
        '--disable-background-networking',
        '--disable-component-update',
        '--force-color-profile=srgb',
        '--use-fake-ui-for-media-stream',
        '--use-fake-device-for-media-stream',
        `--use-file-for-fake-video-capture=${camera}`,
      ],
    });
    context.on('request', (r) => asked.push(r.url()));
    page = context.pages()[0] ?? (await context.newPage());
    page.on('console', (m) => m.type() === 'error' && complaints.push(m.text()));
    page.on('pageerror', (e) => complaints.push(String(e)));
  };
  const button = (name: string): Locator => at().getByRole('button', { name, exact: true });
  const pin = async (given: string): Promise<void> => {
    await at().locator('input[type=password]').fill(given);
    await at().locator('button[type=submit]').tap();
  };
  const check = async (): Promise<string> =>
    (await at().locator('[data-check]').getAttribute('data-check', { timeout: 30_000 })) ?? '';
  const open = async (link = `${url}/phone/`): Promise<void> => {
    if (context === undefined) await start();
    // A link that differs in its fragment alone would not load the page.
    if (at().url() !== 'about:blank') await at().goto('about:blank');
    await at().goto(link);
    await at().locator('h1').first().waitFor();
  };
  return {
    url,
    words,
    asked,
    complaints,
    get page() {
      return at();
    },
    open,
    async close() {
      await context?.close();
      context = page = undefined;
    },
    async dispose() {
      await context?.close().catch(() => undefined);
      rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
    button,
    async enrol(link, given) {
      if (link !== null) await open(link);
      const fields = at().locator('input[type=password]');
      await expect(fields).toHaveCount(2, { timeout: 20_000 });
      for (const field of await fields.all()) await field.fill(given);
      await at().locator('button[type=submit]').tap();
      await button(words.enrolled.mine).tap({ timeout: 30_000 });
      await at().locator('[data-state=active]').waitFor({ timeout: 20_000 });
    },
    async scan(link) {
      await open(link);
      return check();
    },
    async see(picture) {
      writeFileSync(camera, picture);
      await open();
      await button(words.home.scan).or(button(words.welcome.scan)).tap();
    },
    check,
    async approve(given) {
      await button(words.asked.ok).tap();
      await pin(given);
    },
    pin,
    async refuse(why) {
      await button(words.asked.refuse).tap();
      await button(words.asked[why]).tap();
    },
    async ended() {
      const { done, trouble } = words;
      const titles = [done.login, done.signed, done.refused, trouble.title];
      const title = at()
        .locator('h1, h2')
        .filter({ hasText: new RegExp(`^(${titles.join('|')})$`) });
      await title.first().waitFor({ timeout: 60_000 });
      return (await title.first().textContent()) ?? '';
    },
    async expectError(code) {
      const { what, next } = errorText(code, language);
      await expect(at().locator('.notice.bad')).toContainText(what, { timeout: 30_000 });
      await expect(at().locator('.notice.bad')).toContainText(next);
    },
    kept: () => at().evaluate(dump),
    setOffline: (offline) => running(context).setOffline(offline),
  };
}

/** Runs in the page. Keys that the browser does not give out are told as such; bytes as text, as hex and as base64. */
async function dump(): Promise<string> {
  const told = (value: unknown): unknown => {
    if (value instanceof CryptoKey) return { key: value.type, extractable: value.extractable };
    const bytes =
      value instanceof ArrayBuffer
        ? new Uint8Array(value)
        : ArrayBuffer.isView(value)
          ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
          : undefined;
    if (bytes !== undefined) {
      return [
        new TextDecoder().decode(bytes),
        Array.from(bytes, (b) => b.toString(16).padStart(2, '0')).join(''),
        btoa(String.fromCharCode(...bytes)),
      ];
    }
    if (Array.isArray(value)) return value.map(told);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, told(v)]));
  };
  const settled = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((done, failed) => {
      request.onsuccess = () => done(request.result);
      request.onerror = () => failed(request.error ?? new Error('IndexedDB'));
    });
  const databases = await Promise.all(
    (await indexedDB.databases()).map(async ({ name = '' }) => {
      const db = await settled(indexedDB.open(name));
      try {
        const stores = [...db.objectStoreNames];
        const rows = await Promise.all(
          stores.map(async (store) => {
            const all = db.transaction(store).objectStore(store);
            return [store, told(await settled(all.getAllKeys())), told(await settled(all.getAll()))];
          }),
        );
        return [name, rows];
      } finally {
        db.close();
      }
    }),
  );
  const cached = await Promise.all(
    (await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map(({ url }) => url)),
  );
  return JSON.stringify({
    databases,
    local: { ...localStorage },
    session: { ...sessionStorage },
    cookies: document.cookie,
    address: location.href,
    cached,
  });
}
