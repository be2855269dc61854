/** The PIN, and what of the key lies in the browser. */
import { expect, test } from '@playwright/test';
import { jointPublicKey, sm2PublicKey, toHex } from '../../../src/core/crypto/index.ts';
import { zh } from '../../../src/phone/i18n/zh.ts';
import { PIN } from './clinic.ts';
import { ground } from './ground.ts';
import { approved, scanned } from './walk.ts';

const g = ground();
const { at, button, enrolled, says } = g;

test.describe('the PIN', () => {
  test('five wrong ones lock the key; the first screen says so; after the administrator it works again', async () => {
    await enrolled();
    const asked = await g.clinic.login();
    await scanned(g.phone, asked);
    await button(zh.asked.ok).tap();
    for (const left of [4, 3, 2, 1]) {
      await g.page.locator('input[type=password]').fill('135790');
      await button(zh.asked.loginNow).tap();
      await says('COSIGN_PIN', { left });
      await expect(g.page.locator('input[type=password]')).toHaveValue('');
    }
    await g.page.locator('input[type=password]').fill('135790');
    await button(zh.asked.loginNow).tap();
    await says('COSIGN_LOCKED');
    await button(zh.ways.home).tap();
    await g.page.locator('[data-state=locked]').waitFor();
    await expect(g.page.locator('.notice.bad')).toContainText(zh.home.locked);
    g.clinic.administer('unlock');
    const again = await g.clinic.login();
    await approved(g.phone, again);
    await g.clinic.until(again, 'approved');
    await g.clinic.end(again);
  });

  test('it is changed; the old one is wrong afterwards; the shares are renewed under the new one', async () => {
    await enrolled();
    await button(zh.home.settings).tap();
    await button(zh.settings.changePin).tap();
    const change = async (...pins: string[]): Promise<void> => {
      for (const [i, pin] of pins.entries()) await g.page.locator('input[type=password]').nth(i).fill(pin);
      await button(zh.pin.change).tap();
    };
    await change('135790', 'Nachtschicht7', 'Nachtschicht7');
    await says('COSIGN_PIN', { left: 4 });
    await change(PIN, 'Nachtschicht7', 'Nachtschicht7');
    await expect(g.page.locator('.notice.good')).toContainText(zh.home.saidPinChanged);
    await button(zh.home.settings).tap();
    await button(zh.settings.renew).tap();
    await g.page.locator('input[type=password]').fill(PIN);
    await button(zh.renew.go).tap();
    await says('COSIGN_PIN', { left: 4 });
    await g.page.locator('input[type=password]').fill('Nachtschicht7');
    await button(zh.renew.go).tap();
    await expect(g.page.locator('.notice.good')).toContainText(zh.home.saidRenewed);
    const asked = await g.clinic.login();
    await approved(g.phone, asked, 'Nachtschicht7');
    await g.clinic.until(asked, 'approved');
    await g.clinic.end(asked);
  });

  test('neither it, nor the share, nor the device’s key lies in the browser in the open', async () => {
    await enrolled();
    const asked = await g.clinic.login();
    await approved(g.phone, asked);
    await g.clinic.until(asked, 'approved');
    await g.clinic.hand(asked, [0], g.clinic.loginText());
    await g.clinic.signed(asked, 1);
    await g.clinic.end(asked);
    await at('done').waitFor();
    const kept = await g.page.evaluate(readStorage);
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
    const secrets = Uint8Array.from(await g.page.evaluate(unwrap, file.secrets));
    expect(secrets).toHaveLength(64);
    expect(opens(secrets)).toBe(true);
    const everything = JSON.stringify(kept);
    for (const form of [PIN, Buffer.from(PIN).toString('base64'), Buffer.from(PIN).toString('hex')]) {
      expect(everything).not.toContain(form);
    }
    expect(await g.page.content()).not.toContain(PIN);
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

/** Runs in the g.page. */
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

/** Runs in the g.page. */
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
