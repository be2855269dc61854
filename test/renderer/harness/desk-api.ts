/**
 * `window.yiqian` without main, for the page's own specs. Runs in the page before the renderer. What it does is chosen by the
 * address (`?scenario=…&language=…&theme=…`); specs reach it as `window.harness`.
 */
import type { CallName, DeskApi, EventName } from '../../../src/shared/ipc.ts';
import type { RecordSummary, SignProgress, SignResult } from '../../../src/shared/models.ts';
import type { HarnessData } from './data.ts';
import { folderRun } from './folder-run.ts';
import { resolve } from './placing.ts';
import { answerSeals } from './seal-desk.ts';

const asked = new URLSearchParams(location.search);
const scenario = asked.get('scenario') ?? '';
const is = (name: string): boolean => scenario.split(',').includes(name);
const listeners = new Map<string, Set<(payload: never) => void>>();
const emit = (name: EventName, payload: unknown): void => listeners.get(name)?.forEach((l) => l(payload as never));
const wait = (ms: number): Promise<void> => new Promise((done) => setTimeout(done, ms));

const data: Promise<HarnessData> = fetch('/harness/data.json').then((r) => r.json() as Promise<HarnessData>);
const signedOut = {
  state: 'signed-out',
  person: null,
  tokenId: null,
  tokenLabel: null,
  keyId: null,
  certificate: null,
};
let settings = {
  language: asked.get('language') ?? 'zh',
  theme: asked.get('theme') ?? 'light',
  locked: is('policy') ? ['theme'] : [],
};
let session: unknown;
let records: RecordSummary[] | undefined;
const calls: [string, unknown][] = [];
const folder = folderRun(emit, is);

const ok = (value: unknown) => ({ ok: true, value });
const no = async (name: string) => ({ ok: false, error: (await data).errors[name] });

async function worklist(): Promise<unknown> {
  const d = await data;
  records ??= is('empty') ? [] : is('many') ? many(d.worklist.records) : [...d.worklist.records];
  return { records, refreshedAt: d.worklist.refreshedAt, stale: is('stale') ? d.errors['backend'] : null };
}
const many = (base: readonly RecordSummary[]): RecordSummary[] =>
  Array.from({ length: 3000 }, (_, i) => ({ ...(base[i % base.length] as RecordSummary), id: `M${i}` }));

const steps: [SignProgress['step'], number][] = [
  ['prepare', 18],
  ['sign', 104],
  ['timestamp', 12],
  ['seal', 9],
  ['selfcheck', 31],
  ['archive', 46],
];

async function sign(input: {
  items: { recordId: string; version: number; handle: string }[];
  pin: string;
}): Promise<unknown> {
  const d = await data;
  if (input.pin === '000000') return no('pin');
  const results: SignResult[] = [];
  for (const item of input.items) {
    for (const [step, milliseconds] of steps) {
      emit('sign:progress', { jobId: 'j', recordId: item.recordId, step, state: 'begun' });
      if (is('hold') && step === 'timestamp') await new Promise(() => {});
      await wait(10);
      if ((is('removed') || (is('removed-later') && results.length === 2)) && step === 'sign') {
        emit('sign:progress', { jobId: 'j', recordId: item.recordId, step, state: 'failed' });
        results.push({
          recordId: item.recordId,
          version: item.version,
          outcome: 'failed',
          error: d.errors['removed'] ?? null,
          signed: null,
        });
        const rest = input.items.slice(results.length);
        results.push(
          ...rest.map((r) => ({
            recordId: r.recordId,
            version: r.version,
            outcome: 'not-begun' as const,
            error: d.errors['removed'] ?? null,
            signed: null,
          })),
        );
        return ok({ jobId: 'j', results });
      }
      emit('sign:progress', { jobId: 'j', recordId: item.recordId, step, state: 'done', milliseconds });
    }
    const passed = d.checked[0];
    if (passed === undefined) continue;
    const now = new Date();
    results.push({
      recordId: item.recordId,
      version: item.version,
      outcome: 'signed',
      error: is('upload') ? (d.errors['backend'] ?? null) : null,
      signed: {
        document: { ...passed.document, url: `/document/${item.handle}` },
        path: '/home/doctor/.yiqian/desk/signed/record.pdf',
        sm3Before: passed.document.sm3,
        sm3After: passed.report.sm3,
        certificateSerial: '4A7F00C1D2E35566',
        claimedTime: new Date(now.getTime() - (is('clock') ? 95_000 : 600)).toISOString(),
        trustedTime: now.toISOString(),
        format: 'PAdES B-T',
        milliseconds: Object.fromEntries(steps) as never,
        report: { ...passed.report, signatures: passed.report.signatures.slice(-2) },
        uploaded: !is('upload'),
      },
    });
    records = records?.filter((r) => r.id !== item.recordId);
    emit('worklist:changed', await worklist());
  }
  return ok({ jobId: 'j', results });
}

async function answer(name: CallName, input: never): Promise<unknown> {
  const d = await data;
  if (is('slow') && ['worklist:get', 'records:open', 'tokens:list', 'diagnose:run'].includes(name))
    await new Promise(() => {});
  const given = input as unknown as Record<string, never>;
  switch (name) {
    case 'app:info':
      return ok({ version: '0.1.0', electron: '45.4.1', chrome: '156', node: '24', platform: 'linux' });
    case 'settings:get':
      return ok(settings);
    case 'settings:set':
      settings = { ...settings, ...given };
      return ok(settings);
    case 'session:get':
      session ??= is('signed-out') ? signedOut : is('locked') ? { ...d.session, state: 'locked' } : d.session;
      return ok(session);
    case 'session:signIn':
      if (given['pin'] !== '123456') return no('pin');
      session = d.session;
      emit('session:changed', session);
      return ok(session);
    case 'session:signOut':
    case 'session:lock':
      session = name === 'session:lock' ? { ...d.session, state: 'locked' } : signedOut;
      emit('session:changed', session);
      return ok(session);
    case 'tokens:list':
      return ok(is('no-token') ? { ...d.tokens, tokens: [] } : d.tokens);
    case 'tokens:test':
      return given['pin'] === '123456' ? ok({ algorithm: 'SM2 with SM3', milliseconds: 104 }) : no('pin');
    case 'tokens:changePin':
      return given['oldPin'] === '123456' ? ok({ pinTries: { kind: 'full' } }) : no('pin');
    case 'worklist:get':
      return ok(await worklist());
    case 'records:open': {
      const opened = d.opened[`${String(given['recordId'])}@${String(given['version'])}`] ?? Object.values(d.opened)[0];
      if (is('changed')) return no('changed');
      return ok(is('active') ? { ...opened, blocked: d.errors['active'] } : opened);
    }
    case 'records:return':
      records = records?.filter((r) => r.id !== given['recordId']);
      return ok(await worklist());
    case 'documents:saveAs':
      return ok({ path: '/home/doctor/病历/首次病程记录.pdf' });
    case 'verify:exportReport':
      return ok({ path: `/home/doctor/病历/验签报告.${String(given['kind'])}` });
    case 'verify:unlock':
      return given['password'] === 'record'
        ? ok({ ...d.locked, report: { ...(d.checked[0] as (typeof d.checked)[number]).report, encrypted: true } })
        : no('password');
    case 'verify:revision':
      return ok({ url: d.revisions[given['revision'] as unknown as number] ?? d.revisions[2] });
    case 'verify:folder':
    case 'verify:folderCancel':
    case 'verify:folderExport':
    case 'verify:folderOpen':
      return folder.answer(name, given, d);
    case 'placement:resolve': {
      const paper = d.papers[String(given['handle'])] ?? Object.values(d.papers)[0];
      const r = paper && resolve(given['rule'] as never, given['widthMm'] as never, given['heightMm'] as never, paper);
      return typeof r === 'string' ? no(r) : ok(r);
    }
    case 'seals:list':
    case 'seals:import':
    case 'seals:remove':
    case 'seals:draw':
    case 'seals:choosePicture':
    case 'seals:chooseHolders':
    case 'seals:make':
      return answerSeals(name, given, d, is);
    case 'sign:approve':
      return sign(input);
    case 'verify:choose':
    case 'verify:paths':
      if (is('encrypted')) return ok([d.locked]);
      return ok(is('one') ? d.checked.slice(1, 2) : is('good') ? d.checked.slice(0, 1) : d.checked);
    case 'health:get':
      return ok(
        is('down') ? { ...d.health, tsa: { state: 'down', latencyMs: null, error: d.errors['tsa'] } } : d.health,
      );
    case 'diagnose:run':
      return ok(d.diagnosis);
    default:
      return ok(undefined);
  }
}

const api: DeskApi = {
  async call(name: CallName, input: never) {
    calls.push([name, input]);
    return (await answer(name, input)) as never;
  },
  on(name, listener) {
    const all = listeners.get(name) ?? new Set();
    listeners.set(name, all);
    all.add(listener as never);
    return () => void all.delete(listener as never);
  },
  pathForFile: (file) => `/home/doctor/${file.name}`,
};
Object.assign(window, { yiqian: api, harness: { emit, calls } });
