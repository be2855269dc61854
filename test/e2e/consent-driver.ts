/** A consent form's way with two windows: the patient's side works its page as a person does, the staff's side is driven past its screens. */
import { expect, type Page } from '@playwright/test';
import type { ConsentView, PatientApi, Writer } from '../../src/shared/consent.ts';
import { line, write } from '../renderer/harness/ways-consent.ts';
import type { DeskDriver } from './desk-driver.ts';

declare global {
  interface Window {
    readonly yiqianPatient: PatientApi;
  }
}

/** The ward's screen, and a pen display beside it. */
export const twoDisplays = [
  { id: 1, bounds: { x: 0, y: 0, width: 1366, height: 768 } },
  { id: 2, bounds: { x: 1366, y: 0, width: 1280, height: 800 }, touchSupport: 'available' },
] as const;

export const patientSigned = ['ConsentPatient', 'PASSED', true];
export const witnessSigned = ['ConsentWitness', 'PASSED', true];
export const staffSigned = ['ConsentStaff', 'PASSED', true];

/** Field, verdict and whether there is a trusted time, of every signature. */
export const verdicts = (view: ConsentView): unknown =>
  view.signed?.report.signatures.map((s) => [s.fieldName, s.verdict, s.trustedTime !== null]);

/** A form of this kind for the first patient, filled in and fixed. */
export async function presented(
  desk: DeskDriver,
  kind: ConsentView['template']['kind'],
  witness = false,
): Promise<ConsentView> {
  const { templates, patients } = await desk.call('consent:templates', undefined);
  const template = templates.find((t) => t.kind === kind)!;
  const { id } = await desk.call('consent:start', { patientId: patients[0]!.id, templateId: template.id });
  const values = Object.fromEntries(
    template.fields.map((f) => [f.id, f.kind === 'date' ? '2026-11-23' : (f.options[0] ?? (f.value || '如实填写'))]),
  );
  await desk.call('consent:fill', { id, values });
  return desk.call('consent:present', {
    id,
    signer: { role: 'self', name: '王某某', relation: '', reason: '', idKind: 'none', idNumber: '', phone: '' },
    witness: witness ? { name: '孙某', relation: '同病区家属' } : null,
  });
}

const isPatients = (page: Page): Promise<boolean> =>
  page.evaluate(() => typeof window.yiqianPatient === 'object').catch(() => false);

/** The patient's window with the form in it. */
export async function shown(desk: DeskDriver, id: string, writer: Writer): Promise<Page> {
  await desk.call('consent:showPatient', { id, writer });
  let found: Page | undefined;
  await expect
    .poll(
      async () => {
        for (const page of desk.app.windows()) if (page !== desk.page && (await isPatients(page))) found = page;
        return found !== undefined;
      },
      { timeout: 30_000 },
    )
    .toBe(true);
  await expect
    .poll(() =>
      found!.evaluate(async () => {
        const r = await window.yiqianPatient.call('patient:page', undefined);
        return r.ok ? `${r.value?.consentId} ${r.value?.writer}` : '';
      }),
    )
    .toBe(`${id} ${writer}`);
  return found!;
}

export const kept = (page: Page, n: number): Promise<void> =>
  expect(page.locator(`[data-kept="${n}"][data-settled=true]`)).toBeAttached({ timeout: 20_000 });

/** Reads to the end by the button alone, says yes to everything that is asked; gives what that was. */
export async function allow(page: Page): Promise<string[]> {
  const first = page.locator('[data-ask]');
  await expect(async () => {
    // The end may come into view between two looks; then the same button goes on to the questions.
    if ((await first.count()) === 0) await page.locator('.reading .primary').click({ timeout: 1_000 });
    await expect(first).toHaveCount(1, { timeout: 250 });
  }).toPass({ timeout: 60_000, intervals: [50] });
  const asked: string[] = [];
  while ((await page.locator('.ink-surface').count()) === 0) {
    const what = (await first.getAttribute('data-ask')) ?? '';
    asked.push(what);
    await page.locator(`[data-ask=${what}] [data-answer=yes]`).click();
    await page.locator(`[data-ask]:not([data-ask=${what}]), .ink-surface`).first().waitFor({ timeout: 20_000 });
  }
  return asked;
}

export async function confirm(page: Page): Promise<void> {
  await page.locator('[data-done]').click();
  await page.locator('[data-confirm]').click();
}

export const stage = async (desk: DeskDriver, id: string): Promise<string> =>
  (await desk.call('consent:get', { id })).stage;

/** A form that only waits for the staff member: the patient has read, allowed, written and confirmed. */
export async function signedByPatient(desk: DeskDriver, kind: ConsentView['template']['kind']): Promise<string> {
  const { id } = await presented(desk, kind);
  const page = await shown(desk, id, 'patient');
  await allow(page);
  await write(page, line(0.5));
  await kept(page, 1);
  await confirm(page);
  await expect.poll(() => stage(desk, id), { timeout: 20_000 }).toBe('staff');
  return id;
}
