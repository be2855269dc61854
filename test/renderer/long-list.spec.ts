/**
 * Five thousand records: scrolling and filtering without a frame over 50 ms. Measured twice: how much is in the page at any time, which
 * no machine changes; and the longest task of the page's main thread in a trace of Chromium, by the processor time it took, so that a
 * busy machine's waiting does not count. A slow core gets its budget by a fixed piece of work done beforehand.
 */
import { expect, test, type Browser, type Page } from '@playwright/test';
import { openDesk, startBrowser } from './harness/browser.ts';
import { startHarness, type HarnessServer } from './harness/server.ts';
import { list } from './harness/ways.ts';

test.describe.configure({ timeout: 120_000 });

let server: HarnessServer;
let browser: Browser;
test.beforeAll(async () => {
  server = await startHarness();
  browser = await startBrowser();
});
test.afterAll(async () => {
  await browser?.close();
  await server?.close();
});

/** ms */
const FRAME = 50;
/** ms of processor time that the fixed work takes on the machine on which the budget was set. */
const USUAL = 150;
const MOST_ROWS = 45;
/**
 * Beside other work even processor time swells (shared caches, sibling threads), and no suite may fail for that: there the mark is what a list
 * that is drawn whole would miss by far. With YIQIAN_QUIET=1, on a machine that does nothing else, it is the 50 ms themselves.
 */
const ALLOWANCE = process.env['YIQIAN_QUIET'] === '1' ? 1 : 4;

interface TraceEvent {
  readonly name: string;
  readonly ph: string;
  readonly pid: number;
  readonly tid: number;
  readonly dur?: number;
  readonly tdur?: number;
  readonly args?: { readonly name?: string };
}

/** Longest task of any page's main thread, ms: by the clock and by processor time. */
function longest(trace: Buffer): { wall: number; cpu: number; tasks: number } {
  const { traceEvents } = JSON.parse(trace.toString('utf8')) as { traceEvents: TraceEvent[] };
  const main = new Set(
    traceEvents
      .filter((e) => e.name === 'thread_name' && e.args?.name === 'CrRendererMain')
      .map((e) => `${e.pid}/${e.tid}`),
  );
  const tasks = traceEvents.filter((e) => e.ph === 'X' && e.name === 'RunTask' && main.has(`${e.pid}/${e.tid}`));
  return {
    wall: Math.max(0, ...tasks.map((e) => (e.dur ?? 0) / 1000)),
    cpu: Math.max(0, ...tasks.map((e) => (e.tdur ?? e.dur ?? 0) / 1000)),
    tasks: tasks.length,
  };
}

/** After the next frame is on the screen. */
const frame = (page: Page): Promise<void> =>
  page.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => done()))));
const rows = (page: Page) => page.locator('.grid .rows .row').count();

async function traced(page: Page, work: () => Promise<void>) {
  await browser.startTracing(page, {
    categories: ['toplevel', 'devtools.timeline', 'disabled-by-default-devtools.timeline'],
  });
  await work();
  return longest(await browser.stopTracing());
}

/** How much slower than the usual machine this one is, by the processor time of plain work in the page; never below 1. */
async function slowness(page: Page): Promise<number> {
  const { cpu } = await traced(page, () =>
    page.evaluate(() => {
      let x = 0;
      for (let i = 0; i < 24_000_000; i++) x = (x * 31 + i) | 0;
      document.body.dataset['work'] = String(x);
    }),
  );
  return Math.max(1, cpu / USUAL);
}

test('five thousand records scroll and filter without a frame over 50 ms', async () => {
  const page = await openDesk(browser, server.url, { width: 1366, height: 768 }, { scenario: 'many' });
  await list(page);
  await expect(page.locator('[data-tab=to-sign]')).toContainText('5000');
  const slow = await slowness(page);
  const most: number[] = [];

  const scrolling = await traced(page, async () => {
    await page.mouse.move(700, 400);
    for (let i = 0; i < 30; i++) {
      await page.mouse.wheel(0, 900 + i * 200);
      await frame(page);
      if (i % 6 === 0) most.push(await rows(page));
    }
    for (const key of ['End', 'Home', 'PageDown', 'PageDown', 'PageUp', 'End']) {
      await page.keyboard.press(key);
      await frame(page);
      most.push(await rows(page));
    }
  });
  await page.keyboard.press('Home');
  const filtering = await traced(page, async () => {
    await page.keyboard.press('/');
    for (const key of ['w', 'm', 'm', 'Backspace', 'Backspace', 'Backspace', '0', '0', '3', '8', '2']) {
      await page.keyboard.press(key);
      await frame(page);
      most.push(await rows(page));
    }
    await page.keyboard.press('Escape');
  });
  const found = await page.locator('.grid .body').getAttribute('aria-rowcount');
  const budget = FRAME * slow * ALLOWANCE;
  console.log(
    `5,000 rows, longest task: scrolling ${scrolling.cpu.toFixed(1)} ms of processor time (${scrolling.wall.toFixed(1)} by the clock, ` +
      `${scrolling.tasks} tasks), filtering ${filtering.cpu.toFixed(1)} ms (${filtering.wall.toFixed(1)}, ${filtering.tasks}); ` +
      `rows in the page ≤ ${Math.max(...most)}; budget ${budget.toFixed(0)} ms (machine ${slow.toFixed(2)} × the usual)`,
  );
  expect(Math.max(...most)).toBeLessThanOrEqual(MOST_ROWS);
  expect(Number(found)).toBeGreaterThan(1);
  expect(scrolling.tasks).toBeGreaterThan(50);
  expect(scrolling.cpu).toBeLessThanOrEqual(budget);
  expect(filtering.cpu).toBeLessThanOrEqual(budget);
  await page.close();
});

test('a task that is too long is found', async () => {
  const page = await openDesk(browser, server.url, { width: 1366, height: 768 }, { scenario: 'many' });
  await list(page);
  const { cpu } = await traced(page, async () => {
    await page.evaluate(
      () =>
        new Promise<void>((done) =>
          setTimeout(() => {
            const until = performance.now() + 400;
            while (performance.now() < until);
            done();
          }),
        ),
    );
  });
  expect(cpu).toBeGreaterThan(FRAME);
  await page.close();
});
