/**
 * The main job, unattended, through the real app and not past it: signs in as the demo doctor, opens three records, reviews, signs them with the soft token through PKCS#11, time-stamps, verifies. Leaves in
 * --out: the signed PDFs, the certificates that a stranger needs, a screenshot of each screen on the way, and summary.json.
 */
import { copyFileSync, existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { ElectronApplication, Locator, Page } from '@playwright/test';
import { bytesSource } from '../../src/core/pdf/index.ts';
import { Certificate } from '../../src/core/pki/index.ts';
import { verifyPdf, type VerifyReport } from '../../src/core/verify/index.ts';
import { launchDesk, shellInUse } from '../../test/e2e/electron.ts';

const { values } = parseArgs({ options: { out: { type: 'string' }, records: { type: 'string', default: '3' } } });
const out = values.out;
const home = process.env['YIQIAN_HOME'];
if (out === undefined || home === undefined)
  throw new Error('demo.ts needs --out and YIQIAN_HOME; run it by `npm run demo -- --out DIR`');
const wanted = Number(values.records);
const PIN = '123456';
const trust = path.join(home, 'trust');

const say = (line: string): void => console.log(line);
mkdirSync(path.join(out, 'screens'), { recursive: true });
for (const old of readdirSync(out)) if (/\.(pdf|pem|crl|json)$/.test(old)) rmSync(path.join(out, old));

let shots = 0;
async function shot(page: Page, name: string): Promise<void> {
  await page.screenshot({ path: path.join(out ?? '.', 'screens', `${String(++shots).padStart(2, '0')}-${name}.png`) });
}

interface Signed {
  readonly file: string;
  readonly record: string;
  readonly title: string;
  readonly sm3Before: string;
  readonly sm3After: string;
  readonly certificateSerial: string;
  readonly trustedTime: string | null;
  readonly claimedTime: string;
  readonly format: string;
  readonly verdict: VerifyReport['verdict'];
  readonly uploaded: boolean;
  readonly milliseconds: Readonly<Record<string, number>>;
}

async function signIn(page: Page): Promise<void> {
  await page.getByRole('radio').first().waitFor();
  await shot(page, 'sign-in');
  await page.locator('#pin').fill(PIN);
  await page.locator('button[type=submit]').click();
  await page.locator('.grid .body .row[data-record]').first().waitFor();
  await shot(page, 'work-list');
}

const drawn = async (page: Page): Promise<void> => {
  await page.locator('.page .textLayer span').first().waitFor();
};

async function signRecord(app: ElectronApplication, page: Page, row: Locator, n: number): Promise<Signed> {
  const record = (await row.getAttribute('data-record')) ?? String(n);
  await row.dblclick();
  await drawn(page);
  await shot(page, `review-${n}`);
  const title = (await page.locator('.tools .title').innerText()).trim();
  await page.keyboard.press('Control+Enter');
  await page.locator('#pin').waitFor();
  if (n === 1) await shot(page, 'pin');
  await page.locator('#pin').fill(PIN);
  await page.keyboard.press('Enter');
  const outcome = page.locator('[data-outcome]');
  await outcome.waitFor({ timeout: 30_000 });
  if ((await outcome.getAttribute('data-outcome')) !== 'signed')
    throw new Error(`record ${n} was not signed: ${await outcome.innerText()}`);
  await drawn(page);
  await page.waitForTimeout(300); // the page is redrawn with the signature: only the picture waits for it
  await shot(page, `signed-${n}`);
  const fact = (name: string) => outcome.locator(`[data-fact="${name}"]`);
  const text = async (name: string): Promise<string> => (await fact(name).innerText()).trim();
  const milliseconds: Record<string, number> = {};
  for (const step of await page.locator('.steps li').all()) {
    milliseconds[(await step.getAttribute('data-step')) ?? '?'] = Number(await step.getAttribute('data-milliseconds'));
  }
  // Saved as a person saves it: the app's own button, with the dialog's answer given.
  const file = `${String(n).padStart(2, '0')}-${record}.pdf`;
  const target = path.join(out ?? '.', file);
  await app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, target);
  await outcome.locator('button').click();
  for (let i = 0; i < 100 && !existsSync(target); i++) await page.waitForTimeout(50);
  const bytes = new Uint8Array(readFileSync(target));
  const roots = readdirSync(trust)
    .filter((f) => f.endsWith('.pem'))
    .flatMap((f) => Certificate.parseAll(readFileSync(path.join(trust, f), 'utf8')));
  const report = await verifyPdf(bytesSource(bytes), { name: file, trust: { roots } });
  const sm3After = await text('sm3-after');
  if (report.sm3.toUpperCase() !== sm3After.toUpperCase())
    throw new Error(`${file}: what was saved is not what the desk shows`);
  const trustedTime = (await fact('trusted-time').getAttribute('data-value')) ?? '';
  say(
    `  ✓ ${file}  ${await text('format')}  ${trustedTime}  ${Object.entries(milliseconds)
      .map(([k, v]) => `${k} ${Math.round(v)} ms`)
      .join(' · ')}`,
  );
  return {
    file,
    record,
    title,
    sm3Before: await text('sm3-before'),
    sm3After,
    certificateSerial: await text('serial'),
    trustedTime: trustedTime === '' ? null : trustedTime,
    claimedTime: (await fact('claimed-time').getAttribute('data-value')) ?? '',
    format: await text('format'),
    verdict: report.verdict,
    uploaded: (await outcome.getAttribute('data-uploaded')) === 'true',
    milliseconds,
  };
}

async function rest(app: ElectronApplication, page: Page, files: readonly string[]): Promise<void> {
  await app.evaluate(
    ({ dialog }, paths) => {
      dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: paths });
    },
    files.map((f) => path.join(out ?? '.', f)),
  );
  await page.keyboard.press('Control+3');
  await page.locator('.drop button').click();
  await page.locator('.strip[data-verdict]').waitFor({ timeout: 60_000 });
  await drawn(page);
  await page.locator('[data-signature] button[aria-expanded]').last().click();
  await shot(page, 'verify');
  await page.keyboard.press('Control+4');
  await page.locator('.links').first().waitFor();
  await shot(page, 'keys');
  await page.keyboard.press('Control+5');
  await page.locator('.checks').first().waitFor({ timeout: 60_000 });
  await shot(page, 'diagnosis');
}

const begun = Date.now();
say(`The desk opens on ${shellInUse()}.`);
const app = await launchDesk({ userData: path.join(home, 'desk') });
const signed: Signed[] = [];
try {
  const page = await app.firstWindow();
  page.on('console', (m) => m.type() === 'error' && say(`  window: ${m.text()}`));
  await page.setViewportSize({ width: 1366, height: 768 });
  await signIn(page);
  for (let n = 1; n <= wanted; n++) {
    if (n > 1) {
      await page.keyboard.press('Control+1');
      await page.locator('.grid .body .row[data-record]').first().waitFor();
    }
    signed.push(await signRecord(app, page, page.locator('.grid .body .row[data-record]').first(), n));
  }
  await rest(
    app,
    page,
    signed.map((s) => s.file),
  );
} catch (e) {
  const page = app.windows()[0];
  if (page !== undefined) await shot(page, 'failed').catch(() => undefined);
  throw e;
} finally {
  await app.close().catch(() => undefined);
}

for (const f of readdirSync(trust)) copyFileSync(path.join(trust, f), path.join(out, f));
if (!existsSync(path.join(out, 'root.pem'))) throw new Error(`the demo CA left no root.pem in ${trust}`);
const summary = {
  shell: shellInUse(),
  root: 'root.pem',
  seconds: Math.round((Date.now() - begun) / 100) / 10,
  files: signed,
};
writeFileSync(path.join(out, 'summary.json'), `${JSON.stringify(summary, null, 2)}\n`);
const bad = signed.filter(
  (s) =>
    s.verdict !== 'PASSED' ||
    s.trustedTime === null ||
    !existsSync(path.join(out, s.file)) ||
    readFileSync(path.join(out, s.file)).length === 0,
);
say(`${signed.length} records signed, ${signed.length - bad.length} verified. ${path.join(out, 'summary.json')}`);
process.exitCode = bad.length === 0 && signed.length === wanted ? 0 : 1;
