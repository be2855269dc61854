/** The built page under the real headers: it starts, speaks to main, and never meets its own content security policy. */
import { expect, test } from './fixture.ts';

test('the page comes up without a policy violation, a console error or a request that fails', async ({ app, page }) => {
  const complaints: string[] = [];
  page.on('console', (m) => {
    if (m.type() === 'error') complaints.push(`console: ${m.text()}`);
  });
  page.on('pageerror', (e) => complaints.push(`error: ${e.message}`));
  page.on('response', (r) => {
    if (r.status() >= 400) complaints.push(`${r.status()} ${new URL(r.url()).pathname}`);
  });
  await app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]!.webContents.reload());
  await page.waitForLoadState('networkidle');
  await expect(page.locator('#root')).not.toBeEmpty();
  await expect(page.locator('#root')).toContainText('医签');
  await page.waitForTimeout(500);
  expect(complaints).toEqual([]);
  // Ant Design's styles carry the nonce and apply.
  const styles = await page.evaluate(() => [...document.querySelectorAll('style')].every((s) => s.nonce !== ''));
  expect(styles).toBe(true);
});
