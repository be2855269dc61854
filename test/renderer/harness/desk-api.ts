/**
 * `window.yiqian` without main, for the page's own specs. Runs in the page before the renderer. What it does is chosen by the
 * address (`?scenario=…&language=…&theme=…`); specs reach it as `window.harness`.
 */
import type { CallName, DeskApi, EventName } from '../../../src/shared/ipc.ts';
import type { RecordSummary, SignProgress, SignResult, Worklist } from '../../../src/shared/models.ts';
import { auditRows, faults } from './audit.ts';
import { batchRun } from './batch-run.ts';
import { answerConsent } from './consent-desk.ts';
import type { HarnessData } from './data.ts';
import { folderRun } from './folder-run.ts';
import { differenceOf, lifeOf, mineOf } from './life.ts';
import { phoneDesk } from './phone-desk.ts';
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
const phones = phoneDesk(emit, is);

const batch = batchRun({
  emit,
  is,
  find: (id, version) => records?.find((r) => r.id === id && r.version === version) ?? known.get(`${id}@${version}`),
  signed: async (id) => {
    records = records?.filter((r) => r.id !== id);
    if (!is('brisk')) emit('worklist:changed', await worklist());
  },
});
/** Every record that was ever listed. */
const known = new Map<string, RecordSummary>();
let mine: Worklist | undefined;

const ok = (value: unknown) => ({ ok: true, value });
const no = async (name: string) => ({ ok: false, error: (await data).errors[name] });

async function worklist(): Promise<unknown> {
  const d = await data;
  records ??= is('empty')
    ? []
    : is('many')
      ? many(d.worklist.records)
      : is('fifty')
        ? many(d.worklist.records).slice(0, 50)
        : [...d.worklist.records];
  for (const r of records) known.set(`${r.id}@${r.version}`, r);
  if (is('conflict') && !known.has('told')) {
    const [first, ...rest] = records as [RecordSummary, ...RecordSummary[]];
    known.set('told', first);
    records = [{ ...first, state: 'failed', error: d.errors['changed'] ?? null, version: 1 }, ...rest];
  }
  return { records, refreshedAt: d.worklist.refreshedAt, stale: is('stale') ? d.errors['backend'] : null };
}
const many = (base: readonly RecordSummary[]): RecordSummary[] =>
  Array.from({ length: 5000 }, (_, i) => ({
    ...(base[i % base.length] as RecordSummary),
    id: `M${i}`,
    state: 'waiting',
    error: null,
  }));

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

const record = (given: Record<string, never>): RecordSummary | undefined => {
  const key = `${String(given['recordId'])}@${String(given['version'])}`;
  return records?.find((r) => `${r.id}@${r.version}` === key) ?? known.get(key);
};
/** Records beyond the demo's share its documents; each has a handle of its own all the same. */
const handleOf = (handle: string, given: Record<string, never>): string =>
  known.has(`${String(given['recordId'])}@${String(given['version'])}`) && /^[FM]/.test(String(given['recordId']))
    ? `${handle}-${String(given['recordId'])}`
    : handle;
/** Somebody else's newer version. */
function moved<T extends { versions: readonly { version: number; state: string }[] }>(life: T): T {
  const last = life.versions.at(-1);
  return {
    ...life,
    versions: [
      ...life.versions.map((v) => ({ ...v, state: 'superseded' })),
      {
        ...last,
        version: (last?.version ?? 1) + 1,
        author: '周医师',
        authorLevel: 'chief',
        state: 'signed',
        reason: '更正用药剂量',
      },
    ],
  };
}

async function answer(name: CallName, input: never): Promise<unknown> {
  const d = await data;
  if (is('slow') && ['worklist:get', 'records:open', 'tokens:list', 'diagnose:run'].includes(name))
    await new Promise(() => {});
  const given = input as unknown as Record<string, never>;
  if (name.startsWith('phone:')) return phones.answer(name, given ?? {}, d);
  if (name.startsWith('consent:')) return answerConsent(name, given ?? {}, emit, is);
  switch (name) {
    case 'app:info':
      return ok({ version: '0.1.0', electron: '45.4.1', chrome: '156', node: '24', platform: 'linux' });
    case 'settings:get':
      return ok(settings);
    case 'settings:set':
      settings = { ...settings, ...given };
      return ok(settings);
    case 'session:get':
      session ??= is('signed-out')
        ? signedOut
        : { ...(is('by-phone') ? (phones.session(d) as object) : d.session), ...(is('locked') && { state: 'locked' }) };
      return ok(session);
    case 'session:signIn':
      if (String(given['pin']).startsWith('phone:')) {
        if (is('phone-ticket')) return no('phoneTicket');
        session = phones.session(d);
        emit('session:changed', session);
        return ok(session);
      }
      if (given['pin'] !== '123456') return no('pin');
      session = d.session;
      if (given['tokenId'] !== 't1')
        session = {
          ...d.session,
          tokenId: given['tokenId'],
          keyId: given['keyId'],
          person: { ...(d.session.person as object), id: '10087', name: '赵医师', title: '住院医师' },
        };
      emit('session:changed', session);
      return ok(session);
    case 'session:signOut':
    case 'session:lock':
      session = name === 'session:lock' ? { ...((session ?? d.session) as object), state: 'locked' } : signedOut;
      emit('session:changed', session);
      return ok(session);
    case 'tokens:list':
      if (is('by-phone')) return ok(phones.tokens(d));
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
      const listed = record(given);
      if (opened !== undefined && listed !== undefined) {
        const own = {
          ...opened,
          record: listed,
          document: { ...opened.document, handle: handleOf(opened.document.handle, given) },
        };
        return ok(is('active') ? { ...own, blocked: d.errors['active'] } : own);
      }
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
    case 'batch:propose':
    case 'batch:resume':
    case 'batch:withdrawProposal':
    case 'batch:start':
    case 'batch:cancel':
    case 'batch:get':
    case 'batch:putAway':
    case 'batch:open':
      await worklist();
      return batch.answer(name, given, d);
    case 'life:get': {
      const r = record(given) ?? [...known.values()].find((x) => x.id === given['recordId']);
      const base = lifeOf(r ?? (d.worklist.records[0] as RecordSummary), is);
      return ok(is('conflict') && r?.state === 'failed' ? moved(base) : base);
    }
    case 'life:openVersion':
    case 'uploads:open':
      return ok(d.checked[0]);
    case 'life:compare':
      await wait(20);
      return ok(differenceOf(Number(given['from']), Number(given['to']), d));
    case 'life:edit': {
      const r = record(given);
      if (r === undefined) return no('changed');
      const next = { ...r, version: r.version + 1, author: '李医师' };
      records = records?.map((x) => (x.id === r.id ? next : x));
      known.set(`${next.id}@${next.version}`, next);
      emit('worklist:changed', await worklist());
      return ok({ version: next.version });
    }
    case 'life:withdraw':
      mine = { ...(mine ?? mineOf(d)), records: (mine ?? mineOf(d)).records.filter((r) => r.id !== given['recordId']) };
      return ok(await worklist());
    case 'life:urge':
      records = records?.map((r) => (r.id === given['recordId'] ? { ...r, urgent: Boolean(given['urgent']) } : r));
      return ok(await worklist());
    case 'life:mine':
      mine ??= is('empty') ? { records: [], refreshedAt: null, stale: null } : mineOf(d);
      for (const r of mine.records) known.set(`${r.id}@${r.version}`, r);
      return ok(mine);
    case 'audit:mine':
      return ok(auditRows(is('empty') ? 0 : 180));
    case 'audit:verify':
      return ok({ entries: 1342, anchors: 9, faults: is('tampered') ? faults : [] });
    case 'audit:export':
      return ok({ path: '/home/doctor/病历/操作记录-2026-11-22.jsonl', entries: 1342 });
    case 'uploads:dismiss':
      records = records?.filter((r) => r.id !== given['recordId']);
      return ok(await worklist());
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
