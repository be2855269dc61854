/** The way through every screen of the page, once: the specs look at each, the pictures are taken of some. */
import type { Page } from '@playwright/test';
import { PIN, type Asked, type Clinic } from './clinic.ts';
import type { TestPhone } from './phone.ts';

export type Look = (name: string) => Promise<void>;

const at = (page: Page, name: string): Promise<void> => page.locator(`[data-at="${name}"]`).waitFor();
const main = (page: Page): Promise<void> => page.locator('.foot .button.main').tap();
const pins = async (page: Page, ...values: string[]): Promise<void> => {
  for (const [i, value] of values.entries()) await page.locator('input[type=password]').nth(i).fill(value);
  await page.locator('button[type=submit]').tap();
};

/** To the PIN's screen of a request. */
export async function scanned(phone: TestPhone, asked: Asked): Promise<void> {
  await phone.follow(asked.link);
  await phone.page.locator('[data-check]').waitFor();
}

export async function approved(phone: TestPhone, asked: Asked, pin = PIN): Promise<void> {
  await scanned(phone, asked);
  await main(phone.page);
  await pins(phone.page, pin);
}

/** Enrolment, from an empty phone to its own first screen. */
async function enrolment(phone: TestPhone, clinic: Clinic, look: Look): Promise<void> {
  const { page } = phone;
  const { link, code } = clinic.enrolment();
  await at(page, 'home');
  await look('welcome');
  await page.locator('.foot .button').nth(1).tap();
  await page.locator('#typed').fill(code.toLowerCase());
  await look('typing');
  await page.locator('#typed').fill('12');
  await main(page);
  await page.locator('.notice.bad').waitFor();
  await look('typing-wrong');
  await page.locator('#typed').fill(link);
  await main(page);
  await at(page, 'enrol');
  await look('enrol');
  await pins(page, '111111', '111111');
  await page.locator('.notice.bad').waitFor();
  await look('enrol-weak');
  await pins(page, PIN, PIN);
  await at(page, 'enrolled');
  await look('enrolled');
  await page.locator('[data-answer=mine]').tap();
  await page.locator('[data-state=active]').waitFor();
  await look('home-first');
}

async function login(phone: TestPhone, clinic: Clinic, look: Look): Promise<void> {
  const { page } = phone;
  const asked = await clinic.login();
  await scanned(phone, asked);
  await look('asked-login');
  await main(page);
  await look('pin');
  await pins(page, '135791');
  await page.locator('.notice.bad').waitFor();
  await look('pin-wrong');
  await pins(page, PIN);
  await clinic.until(asked, 'approved');
  await at(page, 'signing');
  await look('signing-login');
  await clinic.hand(asked, [0], clinic.loginText());
  await clinic.signed(asked, 1);
  await clinic.end(asked);
  await at(page, 'done');
  await look('done-login');
  await main(page);
}

async function list(phone: TestPhone, clinic: Clinic, look: Look): Promise<void> {
  const { page } = phone;
  const refused = await clinic.list(3);
  await scanned(phone, refused);
  await page.locator('.foot .button').first().tap();
  await page.locator('dialog[open]').waitFor();
  await look('why-refuse');
  await page.locator('dialog .button').nth(1).tap();
  await at(page, 'done');
  await look('refused');
  await main(page);

  const asked = await clinic.list(23);
  await scanned(phone, asked);
  await page.locator('.rows button').nth(1).tap();
  await look('asked-list');
  const second = await clinic.login();
  await phone.follow(second.link);
  await page.locator('dialog[open]').waitFor();
  await look('second-code');
  await page.locator('dialog .button.main').tap();
  await main(page);
  await pins(page, PIN);
  await clinic.until(asked, 'approved');
  await clinic.hand(asked, [0, 1, 2, 3, 4, 5, 6, 7]);
  await page.locator('[data-signed="8"]').waitFor();
  await look('signing');
  await page.locator('.foot .button').tap();
  await page.locator('dialog[open]').waitFor();
  await look('stop');
  await page.locator('dialog .button').last().tap();
  await clinic.hand(
    asked,
    Array.from({ length: 15 }, (_, i) => 8 + i),
  );
  await clinic.signed(asked, 23);
  await clinic.end(asked);
  await at(page, 'done');
  await look('done-list');
  await main(page);

  const cancelled = await clinic.list(2);
  await approved(phone, cancelled);
  await clinic.until(cancelled, 'approved');
  await clinic.hand(cancelled, [0], new TextEncoder().encode('anything else'));
  await clinic.signed(cancelled, 1);
  await clinic.end(cancelled);
  await at(page, 'trouble');
  await look('trouble');
  await page.locator('.foot .button').last().tap();
  await page.locator('.acts li').first().waitFor();
  await look('home');
}

async function upkeep(phone: TestPhone, look: Look): Promise<void> {
  const { page } = phone;
  await page.locator('.foot .button').first().tap();
  await at(page, 'settings');
  await look('settings');
  for (const [n, name] of [
    [0, 'change-pin'],
    [1, 'renew'],
    [3, 'remove'],
  ] as const) {
    await page.locator('.choices button').nth(n).tap();
    await at(page, name);
    await look(name);
    await page.locator('.back').tap();
  }
  await page.locator('.back').tap();
  await at(page, 'home');
}

export async function walk(phone: TestPhone, clinic: Clinic, look: Look): Promise<void> {
  await enrolment(phone, clinic, look);
  await login(phone, clinic, look);
  await list(phone, clinic, look);
  await upkeep(phone, look);
}
