/** One desk at one hospital, driven past the screens by `window.yiqian`; may be closed, killed and opened again on the same data. */
import { existsSync, mkdtempSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { expect, type ElectronApplication, type Page } from '@playwright/test';
import type { CallInput, CallName, CallOutput } from '../../src/shared/ipc.ts';
import { start } from './fixture.ts';
import { demoPin, trustHospital, type Hospital } from './hospital.ts';

type ErrorView = Extract<Awaited<ReturnType<Window['yiqian']['call']>>, { ok: false }>['error'];
export type Answer<N extends CallName> = { ok: true; value: CallOutput<N> } | { ok: false; error: ErrorView };
export type Opened = CallOutput<'records:open'>;

export interface DeskDriver {
  readonly home: string;
  /** Folder of signed documents. */
  readonly signed: string;
  readonly app: ElectronApplication;
  readonly page: Page;
  /** Starts the app; `more` is added to the environment given at the beginning. */
  open(more?: Readonly<Record<string, string>>): Promise<void>;
  close(): Promise<void>;
  dispose(): Promise<void>;
  ask<N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<N>>;
  /** The answer's value; an error fails the test. */
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** The code of the error, or 'accepted'. */
  refusal<N extends CallName>(name: N, input: CallInput<N>): Promise<string>;
  /** Waits for the demo doctor's key and signs in with it. */
  signIn(pin?: string): Promise<CallOutput<'session:signIn'>>;
  key(): Promise<{ tokenId: string; keyId: string }>;
  /** Records that may be signed now: waiting, or failed and untouched. */
  waiting(): Promise<CallOutput<'worklist:get'>['records']>;
  record(id: string): Promise<CallOutput<'worklist:get'>['records'][number] | undefined>;
  openFirst(n?: number): Promise<Opened[]>;
  /** Names in the folder of signed documents, hidden ones too. */
  files(): string[];
  /** The upload queue as it stands on the disk: `record state`, oldest first. */
  queue(): string[];
}

export const item = (o: Opened): CallInput<'sign:approve'>['items'][number] => ({
  recordId: o.record.id,
  version: o.record.version,
  handle: o.document.handle,
  placement: o.placement,
  layout: o.layout,
  sealId: o.sealId,
  dropActive: false,
  reason: '审阅并签署',
});

/** Every save dialog from now on answers with this path. */
export const saveTo = (desk: DeskDriver, path: string): Promise<void> =>
  desk.app.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: false, filePath });
  }, path);

/** Every open dialog from now on answers with these paths; none: cancelled. */
export const chooseFiles = (desk: DeskDriver, ...paths: readonly string[]): Promise<void> =>
  desk.app.evaluate(({ dialog }, filePaths) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: filePaths.length === 0, filePaths: [...filePaths] });
  }, paths);

/** Faults of the soft token; the file is renamed into place, as the token asks. Without lines: none. */
export function tokenFault(hospital: Hospital, ...lines: readonly string[]): void {
  const control = join(hospital.tokenState, 'control');
  writeFileSync(`${control}.new`, `${(lines.length > 0 ? lines : ['slot0.present=1']).join('\n')}\n`);
  renameSync(`${control}.new`, control);
}

export function deskAt(hospital: Hospital, env: Readonly<Record<string, string>> = {}): DeskDriver {
  const home = mkdtempSync(join(tmpdir(), 'yq-desk-'));
  trustHospital(hospital, home);
  let app: ElectronApplication | undefined;
  let page: Page | undefined;
  const running = <T>(value: T | undefined): T => {
    if (value === undefined) throw new Error('the desk is not open');
    return value;
  };
  const ask = <N extends CallName>(name: N, input: CallInput<N>): Promise<Answer<N>> =>
    running(page).evaluate(([n, i]) => window.yiqian.call(n as never, i as never), [name, input] as const) as Promise<
      Answer<N>
    >;
  const call = async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> => {
    const answer = await ask(name, input);
    if (!answer.ok) throw new Error(`${name}: ${JSON.stringify(answer.error)}`);
    return answer.value;
  };
  const key = async (): Promise<{ tokenId: string; keyId: string }> => {
    const usable = async () =>
      (await call('tokens:list', undefined)).tokens.flatMap((t) =>
        t.keys.filter((k) => k.unusable === null).map((k) => ({ tokenId: t.id, keyId: k.keyId })),
      );
    await expect.poll(async () => (await usable()).length, { timeout: 20_000 }).toBe(1);
    return (await usable())[0]!;
  };
  const waiting = async () =>
    (await call('worklist:get', { refresh: true })).records.filter(
      (r) => r.state === 'waiting' || r.state === 'failed',
    );
  const signed = join(home, 'desk', 'signed');
  return {
    home,
    signed,
    get app() {
      return running(app);
    },
    get page() {
      return running(page);
    },
    async open(more = {}) {
      app = await start(home, { ...hospital.env, ...env, ...more });
      page = await app.firstWindow();
      await page.waitForFunction(() => typeof window.yiqian === 'object');
    },
    async close() {
      await app?.close().catch(() => {});
      app = page = undefined;
    },
    async dispose() {
      await app?.close().catch(() => {});
      rmSync(home, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
    ask,
    call,
    async refusal(name, input) {
      const answer = await ask(name, input);
      return answer.ok ? 'accepted' : answer.error.code;
    },
    key,
    signIn: async (pin = demoPin) => call('session:signIn', { ...(await key()), pin }),
    waiting,
    record: async (id) => (await call('worklist:get', { refresh: true })).records.find((r) => r.id === id),
    async openFirst(n = 1) {
      const opened: Opened[] = [];
      for (const r of (await waiting()).slice(0, n)) {
        opened.push(await call('records:open', { recordId: r.id, version: r.version }));
      }
      return opened;
    },
    files: () => (existsSync(signed) ? readdirSync(signed).sort() : []),
    queue() {
      const db = new DatabaseSync(join(home, 'desk', 'desk.sqlite'), { readOnly: true });
      try {
        return db
          .prepare('SELECT record_id, state FROM upload ORDER BY id')
          .all()
          .map((row) => `${String(row['record_id'])} ${String(row['state'])}`);
      } finally {
        db.close();
      }
    },
  };
}
