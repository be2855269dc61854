/** How to get to each state of the consent screens and of the patient's window; shared by the pictures and by the specs. */
import type { Page } from '@playwright/test';
import type { View } from './browser.ts';
import { allowAll, begin, consents, line, openForm, presented, readOn, write } from './ways-consent.ts';

export interface ConsentScreen {
  readonly window: 'desk' | 'patient';
  readonly scenario?: string;
  /** Taken in one language, theme and scale only. */
  readonly rare?: boolean;
  readonly prepare?: NonNullable<View['prepare']>;
  readonly go: (page: Page) => Promise<void>;
}

const desk = (scenario: string, go: ConsentScreen['go'], more: Partial<ConsentScreen> = {}): ConsentScreen => ({
  window: 'desk',
  scenario,
  go,
  ...more,
});
const patient = (scenario: string, go: ConsentScreen['go'], more: Partial<ConsentScreen> = {}): ConsentScreen => ({
  window: 'patient',
  scenario,
  go,
  ...more,
});
const rare = { rare: true } as const;

/** A camera that shows a moving field, and one that is not there. */
export const camera = async (page: Page): Promise<void> =>
  void (await page.addInitScript(() => {
    const canvas = document.createElement('canvas');
    canvas.width = 640;
    canvas.height = 480;
    const c = canvas.getContext('2d');
    if (c === null) return;
    const draw = () => {
      c.fillStyle = '#9fb8b2';
      c.fillRect(0, 0, 640, 480);
      c.fillStyle = '#6d5847';
      c.beginPath();
      c.arc(320, 200, 90, 0, 7);
      c.fill();
      c.fillRect(180, 310, 280, 170);
    };
    draw();
    setInterval(draw, 50);
    Object.defineProperty(navigator, 'mediaDevices', {
      value: {
        getUserMedia: () => Promise.resolve(canvas.captureStream(20)),
        enumerateDevices: () => Promise.resolve([{ kind: 'videoinput', deviceId: 'a', label: 'USB 摄像头' }]),
      },
    });
  }));
export const noCamera = async (page: Page): Promise<void> =>
  void (await page.addInitScript(() => {
    Object.defineProperty(navigator, 'mediaDevices', {
      value: { getUserMedia: () => Promise.reject(new DOMException('none', 'NotFoundError')) },
    });
  }));

/** Speech with one Chinese voice of this machine. What is spoken is noted; `next()` ends the sentence in hand. */
export const voice = async (page: Page): Promise<void> =>
  void (await page.addInitScript(() => {
    const spoken: string[] = [];
    let now: { onend: (() => void) | null } | null = null;
    const voices = [
      { name: 'far', lang: 'zh-CN', localService: false, default: true },
      { name: 'near', lang: 'zh-CN', localService: true, default: false },
      { name: 'english', lang: 'en-US', localService: true, default: false },
    ];
    class Utterance {
      onend: (() => void) | null = null;
      onerror: (() => void) | null = null;
      voice: { name: string } | null = null;
      lang = '';
      rate = 1;
      readonly text: string;
      constructor(text: string) {
        this.text = text;
      }
    }
    const synthesis = {
      getVoices: () => voices,
      speak(u: Utterance) {
        spoken.push(`${u.voice?.name ?? ''}:${u.text}`);
        now = u;
      },
      cancel() {
        now = null;
      },
      addEventListener: () => undefined,
      removeEventListener: () => undefined,
    };
    Object.defineProperty(window, 'speechSynthesis', { value: synthesis });
    Object.defineProperty(window, 'SpeechSynthesisUtterance', { value: Utterance });
    Object.assign(window, { speech: { spoken, next: () => now?.onend?.(), silent: () => now === null } });
  }));

const serviceDown = (page: Page): Promise<void> =>
  page.evaluate(() => {
    const dot = (state: string) => ({ state, latencyMs: null, error: null });
    (window as unknown as { harness: { emit: (name: string, payload: unknown) => void } }).harness.emit(
      'health:changed',
      {
        token: dot('ok'),
        tsa: dot('down'),
        backend: dot('down'),
      },
    );
  });

const pinOf = async (page: Page): Promise<void> => {
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').waitFor();
};

export const consentScreens: Readonly<Record<string, ConsentScreen>> = {
  'consent-list': desk('', consents),
  'consent-list-offline': desk(
    '',
    async (p) => {
      await consents(p);
      await serviceDown(p);
      await p.locator('[data-complete]:disabled').waitFor();
    },
    rare,
  ),
  'consent-none': desk('no-consents', async (p) => {
    await consents(p);
    await p.locator('.consents .empty').waitFor();
  }),
  'consent-loading': desk('consent-slow', consents, rare),
  'consent-error': desk(
    'consent-fail',
    async (p) => {
      await consents(p);
      await p.locator('.notice').waitFor();
    },
    rare,
  ),
  'consent-start': desk('', async (p) => {
    await begin(p);
    await p.locator('[data-patient]').nth(3).click();
    await p.locator('[data-template=consent-surgery]').click();
  }),
  'consent-start-offline': desk(
    'offline',
    async (p) => {
      await begin(p);
      await p.locator('.start-consent .notice').waitFor();
    },
    rare,
  ),
  'consent-fill': desk('', openForm),
  'consent-fill-empty': desk('consent-empty', openForm, rare),
  'consent-signer': desk('', async (p) => {
    await openForm(p);
    await p.locator('.who-signs .ant-radio-button-wrapper').nth(3).click();
    await p.locator('.who-signs input').nth(0).scrollIntoViewIfNeeded();
    await p.locator('[data-witness]').scrollIntoViewIfNeeded();
  }),
  'consent-fill-fails': desk(
    'fill-fails',
    async (p) => {
      await openForm(p);
      await p.locator('[data-blank=site] input').fill('左桡动脉入路');
      await p.locator('[data-saving=failed]').waitFor();
    },
    rare,
  ),
  'consent-presented': desk('consent-presented,one-display', presented, rare),
  'consent-patient': desk('consent-patient', presented),
  'consent-witness': desk('consent-witness', presented, rare),
  'consent-declined': desk('consent-declined', presented, rare),
  'consent-paper': desk('consent-paper', presented, rare),
  'consent-staff': desk('consent-staff', presented),
  'consent-staff-offline': desk('consent-staff,offline', presented, rare),
  'consent-camera': desk(
    'consent-witness',
    async (p) => {
      await presented(p);
      await p.locator('[data-camera]').click();
      await p.locator('.camera[data-running=true]').waitFor();
    },
    { ...rare, prepare: camera },
  ),
  'consent-no-camera': desk(
    'consent-witness',
    async (p) => {
      await presented(p);
      await p.locator('[data-camera]').click();
      await p.locator('[data-trouble=none]').waitFor();
    },
    { ...rare, prepare: noCamera },
  ),
  'consent-pin': desk(
    'consent-staff',
    async (p) => {
      await presented(p);
      await pinOf(p);
    },
    rare,
  ),
  'consent-finishing': desk('consent-staff,hold', async (p) => {
    await presented(p);
    await pinOf(p);
    await p.keyboard.type('123456');
    await p.keyboard.press('Enter');
    await p.locator('.finish-steps .begun').waitFor();
  }),
  'consent-finish-failed': desk(
    'consent-staff,finish-removed',
    async (p) => {
      await presented(p);
      await pinOf(p);
      await p.keyboard.type('123456');
      await p.keyboard.press('Enter');
      await p.locator('.act .notice.rose').waitFor();
    },
    rare,
  ),
  'consent-done': desk('consent-done', presented),
  'consent-done-late': desk('consent-done,late,upload', presented, rare),
  'consent-queued': desk('consent-queued', presented),
  'consent-abandon': desk(
    '',
    async (p) => {
      await openForm(p);
      await p.locator('[data-abandon]').click();
      await p.locator('dialog textarea').waitFor();
    },
    rare,
  ),
  'consent-reopen': desk(
    'consent-staff',
    async (p) => {
      await presented(p);
      await p.locator('[data-reopen]').click();
      await p.locator('dialog [data-confirm]').waitFor();
    },
    rare,
  ),

  'patient-waiting': patient('no-page', (p) => p.locator('[data-scene=waiting]').waitFor(), rare),
  'patient-unreachable': patient('unreachable', (p) => p.locator('[data-scene=unreachable]').waitFor(), rare),
  'patient-read': patient('', (p) => p.locator('.large-type h2').waitFor()),
  'patient-read-aloud': patient(
    '',
    async (p) => {
      await p.locator('[data-aloud=idle]').click();
      await p.evaluate(() => (window as unknown as { speech: { next: () => void } }).speech.next());
      await p.locator('[data-sentence="1"].spoken').waitFor();
    },
    { ...rare, prepare: voice },
  ),
  'patient-read-largest': patient(
    'guardian',
    async (p) => {
      await p.locator('.sizes .largest').click();
      await p.locator('.large-type h2').waitFor();
    },
    rare,
  ),
  'patient-pages': patient('', async (p) => {
    await p.locator('[data-view=text]').click();
    await p.locator('.original [data-drawn]').first().waitFor();
  }),
  'patient-ask': patient('', async (p) => {
    await readOn(p);
    await p.locator('[data-ask=handwriting]').waitFor();
  }),
  'patient-ask-fingerprint': patient(
    '',
    async (p) => {
      await readOn(p);
      await p.locator('[data-answer=yes]').click();
      await p.locator('[data-ask=fingerprint]').waitFor();
    },
    rare,
  ),
  'patient-paper': patient(
    '',
    async (p) => {
      await readOn(p);
      await p.locator('[data-answer=no]').click();
      await p.locator('[data-rethink]').waitFor();
    },
    rare,
  ),
  'patient-write-empty': patient('', allowAll, rare),
  'patient-write': patient('allowed,written', (p) => p.locator('[data-kept="22"]').waitFor()),
  'patient-write-largest': patient(
    'allowed,written',
    async (p) => {
      await p.locator('.sizes .largest').click();
      await p.locator('[data-kept="22"]').waitFor();
    },
    rare,
  ),
  'patient-write-failing': patient(
    'allowed,written',
    async (p) => {
      await p.locator('[data-kept="22"]').waitFor();
      await p.evaluate(() =>
        Object.assign((window as unknown as { harness: { faults: object } }).harness.faults, { refused: 99 }),
      );
      await write(p, line(0.9));
      await p.locator('.kept.failing').waitFor();
    },
    rare,
  ),
  'patient-clear': patient(
    'allowed,written',
    async (p) => {
      await p.locator('[data-clear]').click();
      await p.locator('[data-wipe]').waitFor();
    },
    rare,
  ),
  'patient-confirm': patient('allowed,written', async (p) => {
    await p.locator('[data-done]').click();
    await p.locator('[data-confirm]').waitFor();
  }),
  'patient-thanks': patient('allowed,written,confirmed', (p) => p.locator('[data-scene=thanks]').waitFor()),
  'patient-witness': patient('witness', (p) => p.locator('.large-type h2').waitFor(), rare),
  'patient-decline': patient('', async (p) => {
    await p.locator('[data-to-decline]').click();
    await p.locator('.choices button').first().click();
  }),
  'patient-declined': patient(
    '',
    async (p) => {
      await p.locator('[data-to-decline]').click();
      await p.locator('[data-decline]').click();
      await p.locator('[data-scene=declined]').waitFor();
    },
    rare,
  ),
};
