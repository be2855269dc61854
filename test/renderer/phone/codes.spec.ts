/** What becomes of a code: followed, refused in its own words, read by the camera. */
import { expect, test } from '@playwright/test';
import encodeQR from 'qr';
import { zh } from '../../../src/phone/i18n/zh.ts';
import { ground } from './ground.ts';
import { openPhone } from './phone.ts';
import { scanned } from './walk.ts';

const g = ground();
const { at, button, enrolled, says } = g;

test.describe('codes', () => {
  test('what stands behind # is gone from the address at once, and is followed', async () => {
    await enrolled();
    const asked = await g.clinic.login();
    await g.page.goto('about:blank');
    await g.page.goto(asked.link);
    await g.page.locator('[data-check]').waitFor();
    expect(g.page.url()).toBe(`${g.clinic.url}/phone/`);
    expect(
      await g.page.evaluate(() =>
        performance
          .getEntriesByType('resource')
          .map(({ name }) => name)
          .join(' '),
      ),
    ).not.toContain(asked.id);
    // Loaded anew in mid-request, the same phone scans the same code again.
    await g.page.reload();
    await g.page.locator('[data-state=active]').waitFor();
    await scanned(g.phone, asked);
    expect((await g.clinic.view(asked)).check).toBe(await g.page.locator('[data-check]').getAttribute('data-check'));
  });

  test('no code of ours, too late, ended, another phone’s, another person’s, no key here: each in its words', async () => {
    const early = await g.clinic.login();
    await g.phone.follow(early.link);
    await says('PHONE_NO_KEY');
    await button(zh.ways.home).tap();
    await enrolled();
    await g.phone.follow(`${g.clinic.url}/phone/#s=nothing`);
    await says('PHONE_NOT_A_CODE');
    await button(zh.ways.home).tap();

    const late = await g.clinic.login();
    g.clinic.ahead += 121_000;
    await g.phone.follow(late.link);
    await says('PHONE_EXPIRED');
    await button(zh.ways.scan).tap();
    await at('scan').waitFor();

    const ended = await g.clinic.login();
    await g.clinic.end(ended);
    await g.phone.follow(ended.link);
    await says('PHONE_OVER');

    const other = await openPhone(g.browser, g.clinic);
    await other.enrol(g.clinic.enrolment({ id: '10024', name: '王医师' }).link);
    const taken = await g.clinic.login();
    await scanned(other, taken);
    await g.phone.follow(taken.link);
    await says('PHONE_TAKEN');
    const theirs = await g.clinic.list(2);
    await other.follow(theirs.link);
    await expect(button(zh.second.go, other.page)).toBeVisible();
    await button(zh.second.go, other.page).tap();
    await says('PHONE_OTHER_PERSON', {}, other.page);
    expect(other.complaints).toEqual([]);
    await other.close();
  });

  test('a key that was stopped, and one that was revoked', async () => {
    await enrolled();
    g.clinic.administer('suspend');
    await g.phone.follow((await g.clinic.login()).link);
    await says('COSIGN_SUSPENDED');
    await button(zh.ways.home).tap();
    await g.page.locator('[data-state=suspended]').waitFor();
    g.clinic.administer('revoke');
    await g.phone.follow((await g.clinic.login()).link);
    await says('COSIGN_REVOKED');
    await button(zh.ways.enrol).tap();
    await at('scan').waitFor();
  });

  test('the time of a request runs out before the eyes; the clock of the phone may be wrong', async () => {
    g.clinic.ahead = -3_600_000;
    await enrolled();
    await g.page.clock.install();
    const asked = await g.clinic.login();
    await scanned(g.phone, asked);
    await expect(g.page.getByRole('timer')).toContainText(/[12]:/);
    await g.page.clock.fastForward(125_000);
    await says('PHONE_EXPIRED');
  });
});

test.describe('the camera', () => {
  test('a code that is held askew is read; one that leads elsewhere is told and not followed', async () => {
    await enrolled();
    const asked = await g.clinic.login();
    await g.page.evaluate(showToCamera, encodeQR('https://elsewhere.example/phone/#s=AAAAAAAAAAAAAAAAAAAAAA', 'raw'));
    await button(zh.home.scan).tap();
    await says('PHONE_NOT_A_CODE');
    await g.page.evaluate(showToCamera, encodeQR(asked.link, 'raw'));
    await g.page.locator('[data-check]').waitFor();
    expect((await g.clinic.view(asked)).state).toBe('scanned');
    // The camera is off again.
    expect(await g.page.evaluate(() => (window as unknown as Held).track?.readyState)).toBe('ended');
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
