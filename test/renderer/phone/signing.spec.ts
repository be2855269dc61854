/** While signatures are made: the network, the person, the desk. */
import { expect, test } from '@playwright/test';
import { zh } from '../../../src/phone/i18n/zh.ts';
import { PIN, signedAttributes } from './clinic.ts';
import { ground } from './ground.ts';
import { approved, scanned } from './walk.ts';

const g = ground();
const { at, button, enrolled, says } = g;

test.describe('while it signs', () => {
  test('the network goes and comes back: it goes on by itself', async () => {
    await enrolled();
    const asked = await g.clinic.list(4);
    await approved(g.phone, asked);
    await g.clinic.until(asked, 'approved');
    await g.clinic.hand(asked, [0, 1]);
    await g.page.locator('[data-signed="2"]').waitFor();
    await g.phone.context.setOffline(true);
    await g.clinic.hand(asked, [2, 3]);
    await expect(g.page.locator('.notice.warn')).toContainText(zh.signing.broken);
    await g.phone.context.setOffline(false);
    await g.clinic.signed(asked, 4);
    await g.clinic.end(asked);
    await expect(g.page.locator('h2')).toHaveText(zh.done.signed);
  });

  test('a desk that sends nothing more: said after a while, and gone with the next document', async () => {
    await enrolled();
    await g.page.clock.install();
    const asked = await g.clinic.list(3);
    await approved(g.phone, asked);
    await g.clinic.until(asked, 'approved');
    await g.clinic.hand(asked, [0]);
    await g.page.locator('[data-signed="1"]').waitFor();
    const notice = g.page.locator('.notice.warn', { hasText: zh.signing.silent });
    await expect(notice).toHaveCount(0);
    await g.page.clock.fastForward(41_000);
    await expect(notice).toContainText(zh.signing.silentNext);
    await g.clinic.hand(asked, [1]);
    await g.page.locator('[data-signed="2"]').waitFor();
    await expect(notice).toHaveCount(0);
    await g.clinic.end(asked);
  });

  test('stopped by the person: the desk hears of it, what is signed is told', async () => {
    await enrolled();
    const asked = await g.clinic.list(4);
    await approved(g.phone, asked);
    await g.clinic.until(asked, 'approved');
    await g.clinic.hand(asked, [0]);
    await g.page.locator('[data-signed="1"]').waitFor();
    await button(zh.signing.stop).tap();
    await g.page.locator('dialog').getByRole('button', { name: zh.signing.stop, exact: true }).tap();
    await says('PHONE_REFUSED');
    await expect(g.page.locator('.card')).toContainText(zh.trouble.someSigned.replace('{{n}}', '1'));
    await g.clinic.until(asked, 'refused');
    await button(zh.ways.home).tap();
    await expect(g.page.locator('.acts li').first()).toContainText('1/4');
  });

  test('the desk gives up, and the desk wants more than was approved', async () => {
    await enrolled();
    const gone = await g.clinic.list(2);
    await scanned(g.phone, gone);
    await g.clinic.end(gone);
    await button(zh.asked.ok).tap();
    await g.page.locator('input[type=password]').fill(PIN);
    await button(zh.asked.signNow).tap();
    await at('trouble').waitFor();
    await button(zh.ways.home).tap();

    const login = await g.clinic.login();
    await approved(g.phone, login);
    await g.clinic.until(login, 'approved');
    await g.clinic.hand(login, [0], signedAttributes(new Uint8Array(32)));
    await g.clinic.signed(login, 1);
    expect((await g.clinic.view(login)).signatures).toMatchObject([{ failed: 'PHONE_MESSAGE' }]);
    // Said at once, whatever the desk does now.
    await says('PHONE_MESSAGE');
    await expect(at('signing')).toBeVisible();
    await g.clinic.end(login);
    await at('trouble').waitFor();
    await says('PHONE_MESSAGE');
  });

  test('the desk ends it in the middle: the phone does not say that everything is signed', async () => {
    await enrolled();
    const asked = await g.clinic.list(3);
    await approved(g.phone, asked);
    await g.clinic.until(asked, 'approved');
    await g.clinic.hand(asked, [0, 1]);
    await g.clinic.signed(asked, 2);
    await g.clinic.end(asked);
    await says('PHONE_OVER');
    await expect(g.page.locator('.card')).toContainText(zh.trouble.someSigned.replace('{{n}}', '2'));
  });

  test('a list with seals: two signatures for each, and done only with all of them', async () => {
    await enrolled();
    for (const [signed, ends] of [
      [2, 'trouble'],
      [4, 'done'],
    ] as const) {
      const asked = await g.clinic.list(2, true);
      await scanned(g.phone, asked);
      await expect(g.page.locator('.body')).toContainText(zh.asked.seals);
      await button(zh.asked.ok).tap();
      await g.page.locator('input[type=password]').fill(PIN);
      await button(zh.asked.signNow).tap();
      await g.clinic.until(asked, 'approved');
      await g.clinic.hand(asked, [0, 0, 1, 1].slice(0, signed));
      await g.clinic.signed(asked, signed);
      await g.clinic.end(asked);
      await at(ends).waitFor();
      await expect(g.page.locator('.body')).toContainText(ends === 'done' ? zh.done.signed : '1');
      await g.page.locator('.foot .button').last().tap();
    }
  });

  test('a thousand documents: fifty at first, all on demand, every digest to be read', async () => {
    await enrolled();
    const asked = await g.clinic.list(1000);
    await scanned(g.phone, asked);
    await expect(g.page.locator('.rows li')).toHaveCount(50);
    await button(zh.asked.rest.replace('{{n}}', '950')).tap();
    await expect(g.page.locator('.rows li')).toHaveCount(1000);
    const last = g.page.locator('.rows button').last();
    await last.scrollIntoViewIfNeeded();
    await last.tap();
    await expect(last).toHaveAttribute('aria-expanded', 'true');
    await expect(last.locator('.full')).toHaveText(/^\S+( [0-9A-F]{8}){8}$/);
  });
});
