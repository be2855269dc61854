/** The desk's window as the demo doctor uses it: each act awaits what a person would see, none a length of time. */
import { existsSync, mkdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import type { ElectronApplication, Locator, Page } from '@playwright/test';

export const PIN = '123456';
/** ms that any one thing may take to show. */
const PATIENCE = 60_000;

/** Why the demo could not go on, in a sentence for the person at the terminal. */
export class DemoFailure extends Error {}

/** A doctor's signature as the desk reports it after signing. */
export interface ShownResult {
  readonly record: string;
  readonly title: string;
  readonly format: string;
  readonly certificateSerial: string;
  readonly sm3Before: string;
  readonly sm3After: string;
  /** ISO 8601; null without a time stamp. */
  readonly trustedTime: string | null;
  readonly claimedTime: string;
  readonly uploaded: boolean;
  /** Of each of the desk's steps. */
  readonly milliseconds: Readonly<Record<string, number>>;
}

export class Desk {
  readonly #app: ElectronApplication;
  readonly #screens: string;
  #page: Page | undefined;
  #shots = 0;

  /** `screens`: folder of the screenshots, made anew. */
  constructor(app: ElectronApplication, screens: string) {
    this.#app = app;
    this.#screens = screens;
    rmSync(screens, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    mkdirSync(screens, { recursive: true });
  }

  get #window(): Page {
    if (this.#page === undefined) throw new DemoFailure('The desk has no window yet.');
    return this.#page;
  }

  /** One act; what goes wrong in it is told with its name. */
  async act<T>(what: string, work: () => Promise<T>): Promise<T> {
    try {
      return await work();
    } catch (e) {
      if (e instanceof DemoFailure) throw new DemoFailure(`${what}: ${e.message}`);
      // Playwright's first line says what was awaited; the rest is its call log.
      const reason = (e instanceof Error ? e.message : String(e)).split('\n').slice(0, 1).join('');
      const awaited = /waiting for (.*)/.exec(e instanceof Error ? e.message : '')?.[1];
      throw new DemoFailure(`${what}: ${reason}${awaited === undefined ? '' : ` (waiting for ${awaited})`}`);
    }
  }

  async open(say: (line: string) => void): Promise<void> {
    this.#page = await this.#app.firstWindow();
    this.#page.setDefaultTimeout(PATIENCE);
    this.#page.on('console', (m) => m.type() === 'error' && say(`  window: ${m.text()}`));
    await this.#page.setViewportSize({ width: 1366, height: 768 });
  }

  async signIn(): Promise<void> {
    await this.#window.getByRole('radio').first().waitFor();
    await this.shot('sign-in');
    await this.#window.locator('#pin').fill(PIN);
    await this.#window.locator('button[type=submit]').click();
    await this.#rows().first().waitFor();
    await this.shot('work-list');
  }

  /** Record numbers of the work list, as sorted there. */
  async waiting(): Promise<string[]> {
    const numbers = await this.#rows().evaluateAll((rows) => rows.map((r) => r.getAttribute('data-record') ?? ''));
    return numbers.filter((n) => n !== '');
  }

  async workList(): Promise<void> {
    await this.#window.keyboard.press('Control+1');
    await this.#rows().first().waitFor();
  }

  /** Opens a record and reads it to its end. */
  async review(record: string, name: string): Promise<void> {
    await this.#window.locator(`.grid .row[data-record="${record}"]`).dblclick();
    await this.#drawn();
    await this.shot(name);
    await this.#window.locator('[data-page]').last().scrollIntoViewIfNeeded();
    await this.#drawn();
  }

  /** Signs the record in view and gives what the desk says of it. `pinShot`: also shows the question for the PIN. */
  async sign(record: string, name: string, pinShot: boolean): Promise<ShownResult> {
    const title = await this.#ownText(this.#window.locator('.tools .title'));
    await this.#window.evaluate(() => {
      for (const page of document.querySelectorAll<HTMLElement>('[data-page]')) page.dataset['unsigned'] = '';
    });
    await this.#window.keyboard.press('Control+Enter');
    await this.#window.locator('#pin').waitFor();
    if (pinShot) await this.shot('pin');
    await this.#window.locator('#pin').fill(PIN);
    await this.#window.keyboard.press('Enter');
    const outcome = this.#window.locator('[data-outcome]');
    await outcome.waitFor();
    if ((await outcome.getAttribute('data-outcome')) !== 'signed')
      throw new DemoFailure((await outcome.innerText()).replaceAll(/\s+/g, ' ').trim());
    await this.#window.locator('[data-unsigned]').first().waitFor({ state: 'detached' });
    await this.#drawn();
    await this.shot(name);

    const fact = (which: string): Locator => outcome.locator(`[data-fact="${which}"]`);
    const text = async (which: string): Promise<string> => (await fact(which).innerText()).trim();
    const value = async (which: string): Promise<string> => (await fact(which).getAttribute('data-value')) ?? '';
    const milliseconds: Record<string, number> = {};
    for (const step of await this.#window.locator('.steps li').all()) {
      const taken = Number(await step.getAttribute('data-milliseconds'));
      milliseconds[(await step.getAttribute('data-step')) ?? '?'] = Math.round(taken * 1000) / 1000;
    }
    const trustedTime = await value('trusted-time');
    return {
      record,
      title,
      format: await text('format'),
      certificateSerial: await text('serial'),
      sm3Before: await text('sm3-before'),
      sm3After: await text('sm3-after'),
      trustedTime: trustedTime === '' ? null : trustedTime,
      claimedTime: await value('claimed-time'),
      uploaded: (await outcome.getAttribute('data-uploaded')) === 'true',
      milliseconds,
    };
  }

  /** The app's own "save as", with the answer that a person would give to its dialog. */
  async saveAs(target: string): Promise<void> {
    await this.#app.evaluate(({ dialog }, filePath) => {
      dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
    }, target);
    await this.#window.locator('[data-outcome] button').first().click();
    const notice = this.#window.locator('.ant-notification-notice').first();
    await notice.waitFor();
    if (!existsSync(target)) throw new DemoFailure((await notice.innerText()).replaceAll(/\s+/g, ' ').trim());
    await this.#closeNotices();
  }

  /** Hands files to the verify screen. Then shows each named file, with the evidence of its last signature opened. */
  async verify(files: readonly string[], shots: ReadonlyMap<string, string>): Promise<void> {
    await this.#app.evaluate(
      ({ dialog }, filePaths) => {
        dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths });
      },
      [...files],
    );
    await this.#window.keyboard.press('Control+3');
    await this.#window.locator('.drop button').click();
    await this.#window.locator('.strip[data-verdict]').waitFor();
    for (const [file, name] of shots) {
      const choice = this.#window.locator('.files button').filter({ hasText: path.basename(file) });
      if (files.length > 1) {
        await choice.click();
        await this.#window
          .locator('.files button[aria-current=true]')
          .filter({ hasText: path.basename(file) })
          .waitFor();
      }
      await this.#drawn();
      await this.#window.locator('[data-signature] button[aria-expanded]').last().click();
      await this.shot(name);
    }
  }

  async keys(): Promise<void> {
    await this.#window.keyboard.press('Control+4');
    await this.#window.locator('.links').first().waitFor();
    await this.shot('keys');
  }

  async diagnosis(): Promise<void> {
    await this.#window.keyboard.press('Control+5');
    await this.#window.locator('.checks').first().waitFor();
    await this.shot('diagnosis');
  }

  /** A screenshot at rest: notices closed, movements at their end. Gives its path. */
  async shot(name: string): Promise<string> {
    await this.#closeNotices();
    await this.#atRest();
    return this.#picture(name);
  }

  /** The window as it stands when something went wrong, notices included; undefined when there is none to see. */
  async failureShot(): Promise<string | undefined> {
    if (this.#page === undefined || this.#page.isClosed()) return undefined;
    return this.#picture('failed').catch(() => undefined);
  }

  async #picture(name: string): Promise<string> {
    const file = path.join(this.#screens, `${String(++this.#shots).padStart(2, '0')}-${name}.png`);
    await this.#window.screenshot({ path: file });
    return file;
  }

  #rows(): Locator {
    return this.#window.locator('.grid .body .row[data-record]');
  }

  /** Text of the element itself, without that of the tags inside it. */
  async #ownText(of: Locator): Promise<string> {
    const pieces = await of.evaluate((e) =>
      [...e.childNodes].filter((n) => n.nodeType === Node.TEXT_NODE).map((n) => n.textContent ?? ''),
    );
    return pieces.join('').trim();
  }

  async #closeNotices(): Promise<void> {
    const notices = this.#window.locator('.ant-notification-notice');
    for (let left = await notices.count(); left > 0; left--) {
      // One may go by itself meanwhile.
      await this.#window
        .locator('.ant-notification-notice-close')
        .first()
        .click({ timeout: 2000 })
        .catch(() => undefined);
    }
    await this.#window.waitForFunction(() => document.querySelector('.ant-notification-notice') === null);
  }

  /** Every page in view is drawn and carries its text. */
  async #drawn(): Promise<void> {
    await this.#window.waitForFunction(() => {
      const inView = [...document.querySelectorAll<HTMLElement>('.page')].filter((page) => {
        const { top, bottom } = page.getBoundingClientRect();
        return bottom > 0 && top < innerHeight;
      });
      return inView.length > 0 && inView.every((page) => page.querySelector('.textLayer span') !== null);
    });
  }

  async #atRest(): Promise<void> {
    await this.#window.evaluate(async () => {
      const ending = document.getAnimations().filter((a) => a.effect?.getComputedTiming().endTime !== Infinity);
      await Promise.all(ending.map((a) => a.finished.catch(() => undefined)));
      await new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)));
    });
  }
}
