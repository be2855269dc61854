/** What the phone's page does when it does not go as it should: each case ends on a screen with words and a way on. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test, type Browser, type Page } from '@playwright/test';
import encodeQR from 'qr';
import { jointPublicKey, sm2PublicKey, toHex } from '../../../src/core/crypto/index.ts';
import { errorText, type ErrorCode } from '../../../src/core/errors/index.ts';
import { zh } from '../../../src/phone/i18n/zh.ts';
import { startBrowser } from '../harness/browser.ts';
import { openClinic, PIN, signedAttributes, type Clinic } from './clinic.ts';
import { listen, openPhone, type TestPhone } from './phone.ts';
import { approved, scanned } from './walk.ts';

let browser: Browser;
let clinic: Clinic;
let phone: TestPhone;
let page: Page;
test.beforeAll(async () => {
  browser = await startBrowser();
});
test.beforeEach(async () => {
  clinic = await openClinic();
  phone = await openPhone(browser, clinic);
  ({ page } = phone);
});
test.afterEach(async () => {
  expect(phone.complaints).toEqual([]);
  await phone.close();
  await clinic.close();
});
test.afterAll(async () => {
  await browser?.close();
});

const enrolled = (): Promise<void> => phone.enrol(clinic.enrolment().link);
const at = (name: string) => page.locator(`[data-at="${name}"]`);
const button = (name: string, on = page) => on.getByRole('button', { name, exact: true });
async function says(code: ErrorCode, params: Record<string, number> = {}, on = page): Promise<void> {
  const { what, next } = errorText(code, 'zh', params);
  await expect(on.locator('.notice.bad')).toContainText(what);
  await expect(on.locator('.notice.bad')).toContainText(next);
  // A way on: at the least one button that can be pressed.
  await expect(on.locator('.foot .button:enabled').first()).toBeVisible();
}

test.describe('enrolment', () => {
  test('a code that was used is told, and another can be typed at once', async () => {
    const { link, code } = clinic.enrolment();
    await phone.enrol(link);
    await button(zh.home.settings).tap();
    await button(zh.settings.enrol).tap();
    await page.locator('#typed').fill(code);
    await button(zh.scan.go).tap();
    await expect(page.locator('.notice.warn')).toContainText(zh.enrol.replaces);
    for (const field of await page.locator('input[type=password]').all()) await field.fill(PIN);
    await button(zh.enrol.make).tap();
    await says('COSIGN_CODE');
    await button(zh.ways.scan).tap();
    await at('scan').waitFor();
    expect(clinic.keyStates()).toEqual(['active']);
  });

  test('a name that is not one’s own: the key is stopped at the service and gone from the phone', async () => {
    await phone.follow(clinic.enrolment().link);
    await page.locator('input[type=password]').first().fill(PIN);
    await page.locator('input[type=password]').last().fill(`${PIN}1`);
    await button(zh.enrol.make).tap();
    await expect(page.locator('.notice.bad')).toContainText(zh.enrol.differ);
    await page.locator('input[type=password]').last().fill(PIN);
    await button(zh.enrol.make).tap();
    await expect(page.locator('.person')).toHaveText('李医师');
    await button(zh.enrolled.notMine).tap();
    await expect(page.locator('.notice.warn')).toContainText(zh.home.saidNotMine);
    await expect(page.locator('h2')).toHaveText(zh.welcome.title);
    expect(clinic.keyStates()).toEqual(['suspended']);
  });

  test('a second enrolment takes the place of the first, whose key is stopped', async () => {
    await enrolled();
    await enrolled();
    expect(clinic.keyStates()).toEqual(['suspended', 'active']);
    const asked = await clinic.login();
    await approved(phone, asked);
    await clinic.until(asked, 'approved');
    await clinic.end(asked);
  });

  test('cut off before the certificate came: the same code and PIN finish it', async () => {
    const { link, code } = clinic.enrolment();
    await page.route('**/certificate', (route) => route.abort());
    await phone.follow(link);
    for (const field of await page.locator('input[type=password]').all()) await field.fill(PIN);
    await page.locator('input[type=password]').last().fill(PIN);
    await page.locator('input[type=password]').first().fill(PIN);
    await button(zh.enrol.make).tap();
    await says('COSIGN_UNREACHABLE');
    await page.unroute('**/certificate');
    await page.reload();
    await expect(page.locator('.notice.warn')).toContainText(zh.welcome.cutOff);
    await button(zh.welcome.type).tap();
    await page.locator('#typed').fill(code);
    await button(zh.scan.go).tap();
    for (const field of await page.locator('input[type=password]').all()) await field.fill(PIN);
    await button(zh.enrol.make).tap();
    await button(zh.enrolled.mine).tap();
    await page.locator('[data-state=active]').waitFor();
    expect(clinic.keyStates()).toEqual(['active']);
  });
});

test.describe('the PIN', () => {
  test('five wrong ones lock the key; the first screen says so; after the administrator it works again', async () => {
    await enrolled();
    const asked = await clinic.login();
    await scanned(phone, asked);
    await button(zh.asked.ok).tap();
    for (const left of [4, 3, 2, 1]) {
      await page.locator('input[type=password]').fill('135790');
      await button(zh.asked.loginNow).tap();
      await says('COSIGN_PIN', { left });
      await expect(page.locator('input[type=password]')).toHaveValue('');
    }
    await page.locator('input[type=password]').fill('135790');
    await button(zh.asked.loginNow).tap();
    await says('COSIGN_LOCKED');
    await button(zh.ways.home).tap();
    await page.locator('[data-state=locked]').waitFor();
    await expect(page.locator('.notice.bad')).toContainText(zh.home.locked);
    clinic.administer('unlock');
    const again = await clinic.login();
    await approved(phone, again);
    await clinic.until(again, 'approved');
    await clinic.end(again);
  });

  test('it is changed; the old one is wrong afterwards; the shares are renewed under the new one', async () => {
    await enrolled();
    await button(zh.home.settings).tap();
    await button(zh.settings.changePin).tap();
    const change = async (...pins: string[]): Promise<void> => {
      for (const [i, pin] of pins.entries()) await page.locator('input[type=password]').nth(i).fill(pin);
      await button(zh.pin.change).tap();
    };
    await change('135790', 'Nachtschicht7', 'Nachtschicht7');
    await says('COSIGN_PIN', { left: 4 });
    await change(PIN, 'Nachtschicht7', 'Nachtschicht7');
    await expect(page.locator('.notice.good')).toContainText(zh.home.saidPinChanged);
    await button(zh.home.settings).tap();
    await button(zh.settings.renew).tap();
    await page.locator('input[type=password]').fill(PIN);
    await button(zh.renew.go).tap();
    await says('COSIGN_PIN', { left: 4 });
    await page.locator('input[type=password]').fill('Nachtschicht7');
    await button(zh.renew.go).tap();
    await expect(page.locator('.notice.good')).toContainText(zh.home.saidRenewed);
    const asked = await clinic.login();
    await approved(phone, asked, 'Nachtschicht7');
    await clinic.until(asked, 'approved');
    await clinic.end(asked);
  });

  test('neither it, nor the share, nor the device’s key lies in the browser in the open', async () => {
    await enrolled();
    const asked = await clinic.login();
    await approved(phone, asked);
    await clinic.until(asked, 'approved');
    await clinic.hand(asked, [0], clinic.loginText());
    await clinic.signed(asked, 1);
    await clinic.end(asked);
    await at('done').waitFor();
    const kept = await page.evaluate(readStorage);
    expect(kept.wraps).toEqual([{ type: 'secret', extractable: false, algorithm: 'AES-GCM' }]);
    const [file] = kept.keys.map((text) => JSON.parse(text) as KeyText);
    if (file === undefined) throw new Error('no key is kept');
    const bytes = (base64: string): Uint8Array => new Uint8Array(Buffer.from(base64, 'base64'));
    const publicKey = toHex(bytes(file.publicKey));
    const devicePublicKey = toHex(bytes(file.devicePublicKey));
    const serverPoint = bytes(file.share.serverPoint);
    /** True when any 32 bytes in a row are the share or the device's private key. */
    const opens = (field: Uint8Array): boolean =>
      Array.from({ length: Math.max(0, field.length - 31) }, (_, i) => field.slice(i, i + 32)).some((window) => {
        const joint = jointPublicKey(window, serverPoint);
        return (joint !== undefined && toHex(joint) === publicKey) || publicOf(window) === devicePublicKey;
      });
    const fields = [file.secrets, file.share.locked].map(bytes);
    expect(fields.map(({ length }) => length)).toEqual([12 + 64 + 16, 12 + 32 + 16]);
    expect(fields.map(opens)).toEqual([false, false]);
    // The check sees what lies open: the page's own protector, asked to unwrap.
    const secrets = Uint8Array.from(await page.evaluate(unwrap, file.secrets));
    expect(secrets).toHaveLength(64);
    expect(opens(secrets)).toBe(true);
    const everything = JSON.stringify(kept);
    for (const form of [PIN, Buffer.from(PIN).toString('base64'), Buffer.from(PIN).toString('hex')]) {
      expect(everything).not.toContain(form);
    }
    expect(await page.content()).not.toContain(PIN);
  });
});

interface KeyText {
  readonly publicKey: string;
  readonly devicePublicKey: string;
  readonly secrets: string;
  readonly share: { readonly locked: string; readonly serverPoint: string };
}

function publicOf(scalar: Uint8Array): string | undefined {
  try {
    return toHex(sm2PublicKey(scalar));
  } catch {
    return undefined;
  }
}

/** Runs in the page. */
async function readStorage() {
  const open = indexedDB.open('yiqian-phone');
  await new Promise((done) => (open.onsuccess = done));
  const read = async <T>(name: string): Promise<T[]> => {
    const all = open.result.transaction(name).objectStore(name).getAll() as IDBRequest<T[]>;
    await new Promise((done) => (all.onsuccess = done));
    return all.result;
  };
  const keys = (await read<{ text: string }>('keys')).map(({ text }) => text);
  const acts = await read<object>('acts');
  const wraps = (await read<CryptoKey>('wraps')).map(({ type, extractable, algorithm }) => ({
    type,
    extractable,
    algorithm: algorithm.name,
  }));
  open.result.close();
  return { keys, acts, wraps, local: { ...localStorage }, session: { ...sessionStorage }, cookie: document.cookie };
}

/** Runs in the page. */
async function unwrap(wrapped: string): Promise<number[]> {
  const open = indexedDB.open('yiqian-phone');
  await new Promise((done) => (open.onsuccess = done));
  const get = open.result.transaction('wraps').objectStore('wraps').get('device') as IDBRequest<CryptoKey>;
  await new Promise((done) => (get.onsuccess = done));
  open.result.close();
  const bytes = Uint8Array.from(atob(wrapped), (c) => c.charCodeAt(0));
  const additionalData = new TextEncoder().encode('YIQIAN-PHONE-WRAP-1');
  const plain = await crypto.subtle.decrypt(
    { name: 'AES-GCM', iv: bytes.slice(0, 12), additionalData },
    get.result,
    bytes.slice(12),
  );
  return [...new Uint8Array(plain)];
}

test.describe('codes', () => {
  test('what stands behind # is gone from the address at once, and is followed', async () => {
    await enrolled();
    const asked = await clinic.login();
    await page.goto('about:blank');
    await page.goto(asked.link);
    await page.locator('[data-check]').waitFor();
    expect(page.url()).toBe(`${clinic.url}/phone/`);
    expect(
      await page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .join(' '),
      ),
    ).not.toContain(asked.id);
    // Loaded anew in mid-request, the same phone scans the same code again.
    await page.reload();
    await page.locator('[data-state=active]').waitFor();
    await scanned(phone, asked);
    expect((await clinic.view(asked)).check).toBe(await page.locator('[data-check]').getAttribute('data-check'));
  });

  test('no code of ours, too late, ended, another phone’s, another person’s, no key here: each in its words', async () => {
    const early = await clinic.login();
    await phone.follow(early.link);
    await says('PHONE_NO_KEY');
    await button(zh.ways.home).tap();
    await enrolled();
    await phone.follow(`${clinic.url}/phone/#s=nothing`);
    await says('PHONE_NOT_A_CODE');
    await button(zh.ways.home).tap();

    const late = await clinic.login();
    clinic.ahead += 121_000;
    await phone.follow(late.link);
    await says('PHONE_EXPIRED');
    await button(zh.ways.scan).tap();
    await at('scan').waitFor();

    const ended = await clinic.login();
    await clinic.end(ended);
    await phone.follow(ended.link);
    await says('PHONE_OVER');

    const other = await openPhone(browser, clinic);
    await other.enrol(clinic.enrolment({ id: '10024', name: '王医师' }).link);
    const taken = await clinic.login();
    await scanned(other, taken);
    await phone.follow(taken.link);
    await says('PHONE_TAKEN');
    const theirs = await clinic.list(2);
    await other.follow(theirs.link);
    await expect(button(zh.second.go, other.page)).toBeVisible();
    await button(zh.second.go, other.page).tap();
    await says('PHONE_OTHER_PERSON', {}, other.page);
    expect(other.complaints).toEqual([]);
    await other.close();
  });

  test('a key that was stopped, and one that was revoked', async () => {
    await enrolled();
    clinic.administer('suspend');
    await phone.follow((await clinic.login()).link);
    await says('COSIGN_SUSPENDED');
    await button(zh.ways.home).tap();
    await page.locator('[data-state=suspended]').waitFor();
    clinic.administer('revoke');
    await phone.follow((await clinic.login()).link);
    await says('COSIGN_REVOKED');
    await button(zh.ways.enrol).tap();
    await at('scan').waitFor();
  });

  test('the time of a request runs out before the eyes; the clock of the phone may be wrong', async () => {
    clinic.ahead = -3_600_000;
    await enrolled();
    await page.clock.install();
    const asked = await clinic.login();
    await scanned(phone, asked);
    await expect(page.getByRole('timer')).toContainText(/[12]:/);
    await page.clock.fastForward(125_000);
    await says('PHONE_EXPIRED');
  });
});

test.describe('while it signs', () => {
  test('the network goes and comes back: it goes on by itself', async () => {
    await enrolled();
    const asked = await clinic.list(4);
    await approved(phone, asked);
    await clinic.until(asked, 'approved');
    await clinic.hand(asked, [0, 1]);
    await page.locator('[data-signed="2"]').waitFor();
    await phone.context.setOffline(true);
    await clinic.hand(asked, [2, 3]);
    await expect(page.locator('.notice.warn')).toContainText(zh.signing.broken);
    await phone.context.setOffline(false);
    await clinic.signed(asked, 4);
    await clinic.end(asked);
    await expect(page.locator('h2')).toHaveText(zh.done.signed);
  });

  test('stopped by the person: the desk hears of it, what is signed is told', async () => {
    await enrolled();
    const asked = await clinic.list(4);
    await approved(phone, asked);
    await clinic.until(asked, 'approved');
    await clinic.hand(asked, [0]);
    await page.locator('[data-signed="1"]').waitFor();
    await button(zh.signing.stop).tap();
    await page.locator('dialog').getByRole('button', { name: zh.signing.stop, exact: true }).tap();
    await says('PHONE_REFUSED');
    await expect(page.locator('.card')).toContainText(zh.trouble.someSigned.replace('{{n}}', '1'));
    await clinic.until(asked, 'refused');
    await button(zh.ways.home).tap();
    await expect(page.locator('.acts li').first()).toContainText('1/4');
  });

  test('the desk gives up, and the desk wants more than was approved', async () => {
    await enrolled();
    const gone = await clinic.list(2);
    await scanned(phone, gone);
    await clinic.end(gone);
    await button(zh.asked.ok).tap();
    await page.locator('input[type=password]').fill(PIN);
    await button(zh.asked.signNow).tap();
    await at('trouble').waitFor();
    await button(zh.ways.home).tap();

    const login = await clinic.login();
    await approved(phone, login);
    await clinic.until(login, 'approved');
    await clinic.hand(login, [0], signedAttributes(new Uint8Array(32)));
    await clinic.signed(login, 1);
    expect((await clinic.view(login)).signatures).toMatchObject([{ failed: 'PHONE_MESSAGE' }]);
    await clinic.end(login);
    await says('PHONE_MESSAGE');
  });

  test('the desk ends it in the middle: the phone does not say that everything is signed', async () => {
    await enrolled();
    const asked = await clinic.list(3);
    await approved(phone, asked);
    await clinic.until(asked, 'approved');
    await clinic.hand(asked, [0, 1]);
    await clinic.signed(asked, 2);
    await clinic.end(asked);
    await says('PHONE_OVER');
    await expect(page.locator('.card')).toContainText(zh.trouble.someSigned.replace('{{n}}', '2'));
  });

  test('a thousand documents: fifty at first, all on demand, every digest to be read', async () => {
    await enrolled();
    const asked = await clinic.list(1000);
    await scanned(phone, asked);
    await expect(page.locator('.rows li')).toHaveCount(50);
    await button(zh.asked.rest.replace('{{n}}', '950')).tap();
    await expect(page.locator('.rows li')).toHaveCount(1000);
    const last = page.locator('.rows button').last();
    await last.scrollIntoViewIfNeeded();
    await last.tap();
    await expect(last).toHaveAttribute('aria-expanded', 'true');
    await expect(last.locator('.full')).toHaveText(/^\S+( [0-9A-F]{8}){8}$/);
  });
});

test.describe('without a network', () => {
  test('it opens, shows the key that lies here and says what signing needs; then goes on', async () => {
    await enrolled();
    await page.evaluate(() => navigator.serviceWorker.ready);
    await clinic.stop();
    await page.reload();
    await expect(page.locator('.person')).toHaveText('李医师');
    await expect(page.locator('.notice.warn')).toContainText(zh.home.offlineNext);
    await phone.follow(`${clinic.url}/phone/#s=${'A'.repeat(22)}`);
    await says('COSIGN_UNREACHABLE');
    await clinic.start();
    await button(zh.ways.again).tap();
    await says('PHONE_NOT_A_CODE');
    // Nothing of the service's answers was ever kept.
    const cached = await page.evaluate(async () => {
      const names = await caches.keys();
      const lists = await Promise.all(
        names.map(async (name) => (await (await caches.open(name)).keys()).map((r) => r.url)),
      );
      return lists.flat();
    });
    expect(cached.length).toBeGreaterThan(5);
    expect(cached.filter((url) => !url.startsWith(`${clinic.url}/phone/`))).toEqual([]);
  });

  test('a newer build takes over while nothing is done, and the old files go', async () => {
    await page.evaluate(() => navigator.serviceWorker.ready);
    const before = await page.evaluate(() => caches.keys());
    expect(before).toHaveLength(1);
    const worker = join(clinic.page, 'sw.js');
    const old = readFileSync(worker, 'utf8');
    const version = (before[0] ?? '').replace('yiqian-phone-', '');
    expect(old).toContain(version);
    await clinic.stop();
    writeFileSync(worker, old.replaceAll(version, 'newer'));
    await clinic.start();
    await page.reload();
    await expect.poll(() => page.evaluate(() => caches.keys()).catch(() => [])).toEqual(['yiqian-phone-newer']);
    await at('home').waitFor();
  });
});

test.describe('two tabs', () => {
  test('the second says so, and can go on in the place of the first', async () => {
    await enrolled();
    const second = await phone.context.newPage();
    listen(second, phone.complaints);
    await second.goto(`${clinic.url}/phone/`);
    await expect(second.locator('h2')).toHaveText(zh.elsewhere.second);
    await button(zh.elsewhere.here, second).tap();
    await second.locator('[data-state=active]').waitFor();
    await expect(page.locator('h2')).toHaveText(zh.elsewhere.taken);
  });

  test('a tab that the camera app opens goes on by itself where the first does nothing, and asks where it works', async () => {
    await enrolled();
    const asked = await clinic.login();
    const second = await phone.context.newPage();
    listen(second, phone.complaints);
    await second.goto(asked.link);
    await second.locator('[data-check]').waitFor();
    await expect(page.locator('h2')).toHaveText(zh.elsewhere.taken);
    const other = await clinic.login();
    const third = await phone.context.newPage();
    listen(third, phone.complaints);
    await third.goto(other.link);
    await expect(third.locator('h2')).toHaveText(zh.elsewhere.working);
    await button(zh.elsewhere.here, third).tap();
    await third.locator('[data-check]').waitFor();
    await expect(second.locator('h2')).toHaveText(zh.elsewhere.taken);
    expect((await clinic.view(other)).state).toBe('scanned');
  });
});

test.describe('a browser that can’t', () => {
  test('keeps nothing: said at once', async () => {
    await page.addInitScript(() => Object.defineProperty(window, 'indexedDB', { value: undefined }));
    await page.reload();
    await says('PHONE_STORAGE');
  });

  test('was not opened over a secure connection: said at once', async () => {
    await page.route('http://hospital.example/**', async (route) => {
      const response = await route.fetch({ url: route.request().url().replace('http://hospital.example', clinic.url) });
      await route.fulfill({ response });
    });
    await page.goto('http://hospital.example/phone/');
    await says('PHONE_INSECURE');
  });

  test('has no camera, or does not let the page use it: said, and the code can be typed', async () => {
    await button(zh.welcome.scan).tap();
    await says('PHONE_CAMERA');
    await button(zh.scan.type).tap();
    await page.locator('#typed').fill(clinic.enrolment().link);
    await button(zh.scan.go).tap();
    await at('enrol').waitFor();
  });
});

test.describe('the camera', () => {
  test('a code that is held askew is read; one that leads elsewhere is told and not followed', async () => {
    await enrolled();
    const asked = await clinic.login();
    await page.evaluate(showToCamera, encodeQR('https://elsewhere.example/phone/#s=AAAAAAAAAAAAAAAAAAAAAA', 'raw'));
    await button(zh.home.scan).tap();
    await says('PHONE_NOT_A_CODE');
    await page.evaluate(showToCamera, encodeQR(asked.link, 'raw'));
    await page.locator('[data-check]').waitFor();
    expect((await clinic.view(asked)).state).toBe('scanned');
    // The camera is off again.
    expect(await page.evaluate(() => (window as unknown as Held).track?.readyState)).toBe('ended');
  });
});

interface Held {
  track?: MediaStreamTrack | undefined;
  code?: boolean[][];
}

/** Runs in the page: the camera sees this code on a screen, turned by some degrees, in a picture that moves. */
function showToCamera(code: boolean[][]): void {
  const held = window as unknown as Held;
  const first = held.code === undefined;
  held.code = code;
  if (!first) return;
  const canvas = Object.assign(document.createElement('canvas'), { width: 960, height: 1280 });
  const c = canvas.getContext('2d');
  let n = 0;
  const draw = (): void => {
    if (c === null || held.code === undefined) return;
    const size = 480 / (held.code.length + 8);
    c.setTransform(1, 0, 0, 1, 0, 0);
    c.fillStyle = '#6b7075';
    c.fillRect(0, 0, 960, 1280);
    c.translate(480 + (n++ % 7), 600);
    c.rotate(0.2);
    c.translate(-240, -240);
    c.fillStyle = '#fff';
    c.fillRect(0, 0, 480, 480);
    c.fillStyle = '#111';
    for (const [y, row] of held.code.entries()) {
      for (const [x, dark] of row.entries())
        if (dark) c.fillRect((x + 4) * size, (y + 4) * size, size + 0.5, size + 0.5);
    }
  };
  setInterval(draw, 50);
  draw();
  navigator.mediaDevices.getUserMedia = () => {
    const stream = canvas.captureStream(20);
    held.track = stream.getVideoTracks()[0];
    return Promise.resolve(stream);
  };
}

test('the phone’s own way back leads through the screens, and out of no request', async () => {
  await enrolled();
  await button(zh.home.settings).tap();
  await button(zh.settings.renew).tap();
  await at('renew').waitFor();
  await page.goBack();
  await at('settings').waitFor();
  await page.goBack();
  await at('home').waitFor();
  const asked = await clinic.login();
  await scanned(phone, asked);
  await button(zh.asked.ok).tap();
  await page.goBack();
  await expect(button(zh.asked.ok)).toBeVisible();
  await page.goBack();
  await expect(button(zh.asked.ok)).toBeVisible();
  expect(page.url()).toBe(`${clinic.url}/phone/`);
});

test('the key is taken off the phone, and stopped', async () => {
  await enrolled();
  await button(zh.home.settings).tap();
  await button(zh.settings.remove).tap();
  await button(zh.remove.go).tap();
  await expect(page.locator('.notice.good')).toContainText(zh.home.saidRemoved);
  await expect(page.locator('h2')).toHaveText(zh.welcome.title);
  expect(clinic.keyStates()).toEqual(['suspended']);
  expect((await page.evaluate(readStorage)).keys).toEqual([]);
});
