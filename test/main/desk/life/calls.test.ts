/** The desk's calls about a record's life, against the reference backend over HTTP with real signatures; only the window and the disk are played. */
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { NotedFacts } from '../../../../src/main/audit/audit-log.ts';
import { createBackendClient, type BackendClient } from '../../../../src/main/desk/backend-client.ts';
import { createDocumentStore, type DocumentStore } from '../../../../src/main/desk/documents.ts';
import { lifeCalls, type LifeRooms } from '../../../../src/main/desk/life/calls.ts';
import { createWorkList } from '../../../../src/main/desk/work-list.ts';
import { calls } from '../../../../src/shared/ipc.ts';
import { YqError } from '../../../../src/core/errors/index.ts';
import { Hospital, http, type Doctor } from '../../../backend/hospital.ts';
import { signVersion, write } from '../../../backend/written-record.ts';

let hospital: Hospital;
let [zhao, li] = [] as unknown as [Doctor, Doctor];
let client: BackendClient;
let counter = 0;
const tokens = new Map<Doctor, string>();

beforeAll(async () => {
  hospital = await Hospital.open();
  zhao = await hospital.doctor('10087', '赵医师', { title: '住院医师' });
  li = await hospital.doctor('10023', '李医师', { title: '主治医师' });
  for (const doctor of [zhao, li]) tokens.set(doctor, await hospital.signIn(doctor));
  const url = hospital.backend.url;
  client = createBackendClient({ url, http, put: () => Promise.reject(new Error('not asked for here')) });
});
afterAll(() => hospital.close());

interface Desk {
  readonly documents: DocumentStore;
  readonly noted: NotedFacts[];
  readonly learned: string[];
  /** Areas of what the log was told. */
  readonly logged: string[];
  readonly call: <N extends keyof ReturnType<typeof lifeCalls>>(
    name: N,
    input?: unknown,
  ) => Promise<Awaited<ReturnType<ReturnType<typeof lifeCalls>[N]>>>;
}
let desk: Desk;

/** One person's desk; answers are held against the contract with the window. */
function deskOf(doctor: Doctor, backend: BackendClient = client): Desk {
  const documents = createDocumentStore();
  const noted: NotedFacts[] = [];
  const [learned, logged]: [string[], string[]] = [[], []];
  const identity = { bearer: tokens.get(doctor)!, person: doctor.person, certificate: doctor.signer.certificate };
  const session = { identity: () => identity, peek: () => identity } as never;
  const ports = {
    backend,
    now: () => hospital.now,
    redact: { learn: (words: string[]) => learned.push(...words) },
    tell: () => undefined,
    log: { error: (area: string) => logged.push(area) },
  } as never as LifeRooms['ports'];
  const handlers = lifeCalls({
    ports,
    session,
    documents,
    worklist: createWorkList(ports, () => session, { open: () => [] }),
    trust: () => hospital.backend.rooms.trust.material(),
    note: (facts) => noted.push(facts),
  });
  const call: Desk['call'] = async (name, input) => {
    const contract = calls[name];
    const answer = await (handlers[name] as (i: unknown) => unknown)(contract.input.parse(input));
    expect(contract.output.safeParse(answer).error?.issues).toBeUndefined();
    return answer as never;
  };
  return { documents, noted, learned, logged, call };
}
beforeEach(() => {
  desk = deskOf(li);
});

/** Signed by the resident, the attending's turn. */
async function record(): Promise<string> {
  const id = `D${++counter}`;
  const lines = [
    { doctor: zhao, role: '住院医师' },
    { doctor: li, role: '主治医师' },
  ];
  await write(hospital, id, lines);
  expect((await signVersion(hospital, zhao, tokens.get(zhao)!, id, 1)).answer.status).toBe(201);
  return id;
}

describe('a record’s life at the desk', () => {
  it('a superior changes a record, compares, and the earlier version is judged as it was', async () => {
    const recordId = await record();
    const before = await desk.call('life:get', { recordId, version: 1 });
    expect(before.may).toEqual({ edit: true, sign: true, return: true, withdraw: false, urge: true });
    expect(before.versions[0]!.signatures).toEqual([expect.objectContaining({ person: '赵医师', verdict: null })]);

    const sections = [{ id: 's3', text: '冠心病，心功能 III 级；\n高血压 3 级。' }];
    const made = await desk.call('life:edit', { recordId, version: 1, sections, reason: '心功能应为 III 级' });
    expect(made).toEqual({ version: 2 });
    const difference = await desk.call('life:compare', { recordId, from: 1, to: 2 });
    expect(difference).toMatchObject({ by: '李医师', at: hospital.now.toISOString() });
    expect(difference.sections).toEqual([
      {
        id: 's3',
        title: '初步诊断',
        parts: [
          { kind: 'same', text: '冠心病，心功能 ' },
          { kind: 'removed', text: 'II' },
          { kind: 'added', text: 'III' },
          { kind: 'same', text: ' 级；\n高血压 3 级。' },
        ],
      },
    ]);
    // Both documents can be shown, and neither can be signed: they belong to no record in hand.
    for (const side of [difference.before!, difference.after!]) {
      expect(desk.documents.get(side.handle)).toMatchObject({ sm3: side.sm3 });
      expect(desk.documents.get(side.handle)!.record).toBeUndefined();
    }

    const { report } = await desk.call('life:openVersion', { recordId, version: 1 });
    expect(report).toMatchObject({ verdict: 'PASSED', signatures: [{ verdict: 'PASSED', kind: 'signature' }] });
    const after = await desk.call('life:get', { recordId, version: 2 });
    expect(after.versions.map((v) => v.signatures.map((s) => s.verdict))).toEqual([['PASSED'], []]);
    const about = { act: 'edit', subject: `${recordId}/1`, certificate: li.signer.certificate.serial };
    expect(desk.noted).toEqual([
      { ...about, result: 'begun' },
      { ...about, result: 'done' },
    ]);
  });

  it('what a refused act was is noted with why', async () => {
    const recordId = await record();
    const sections = [{ id: 's1', text: 'x' }];
    await expect(desk.call('life:edit', { recordId, version: 1, sections, reason: '改' })).rejects.toMatchObject({
      code: 'RECORD_NOT_EDITABLE',
    });
    await signVersion(hospital, li, tokens.get(li)!, recordId, 1);
    const author = deskOf(zhao);
    await expect(author.call('life:withdraw', { recordId, version: 1, reason: '改' })).rejects.toMatchObject({
      code: 'RECORD_NOT_WITHDRAWABLE',
    });
    expect([...desk.noted, ...author.noted].map((f) => [f.act, f.result, f.code])).toEqual([
      ['edit', 'begun', undefined],
      ['edit', 'failed', 'RECORD_NOT_EDITABLE'],
      ['withdraw', 'begun', undefined],
      ['withdraw', 'failed', 'RECORD_NOT_WITHDRAWABLE'],
    ]);
  });

  it('what can’t be noted is not done; what is done and can’t be noted is for the log', async () => {
    const recordId = await record();
    const full = deskOf(li);
    full.noted.push = () => {
      throw new YqError('STORE_FULL');
    };
    const urgent = { recordId, version: 1, urgent: true, reason: '今晚手术' };
    await expect(full.call('life:urge', urgent)).rejects.toMatchObject({ code: 'STORE_FULL' });
    expect((await desk.call('life:get', { recordId, version: 1 })).urgent).toBeNull();
    const [first] = [full.noted.length];
    full.noted.push = (...facts) => {
      if (facts[0]?.result !== 'begun') throw new YqError('STORE_FULL');
      return first;
    };
    await full.call('life:urge', urgent);
    expect((await desk.call('life:get', { recordId, version: 1 })).urgent).toMatchObject({ reason: '今晚手术' });
    expect(full.logged).toEqual(['audit']);
  });

  it('what I return goes off my list with its reason, noted', async () => {
    const recordId = await record();
    const list = await desk.call('records:return', { recordId, version: 1, reason: '请补充' });
    expect(list.records.some((r) => r.id === recordId)).toBe(false);
    expect((await desk.call('life:get', { recordId, version: 1 })).returned).toMatchObject({ reason: '请补充' });
    expect(desk.noted.map((f) => [f.act, f.result])).toEqual([
      ['return', 'begun'],
      ['return', 'done'],
    ]);
  });

  it('what I signed may be withdrawn and is back on my list; what was returned to me is told with its reason', async () => {
    const author = deskOf(zhao);
    const recordId = await record();
    expect((await author.call('life:mine')).records.find((r) => r.id === recordId)).toMatchObject({
      ...{ mine: 'signed-by-me', state: 'signed', level: { at: 1, of: 2 } },
    });
    const list = await author.call('life:withdraw', { recordId, version: 1, reason: '补充血钾' });
    expect(list.records.find((r) => r.id === recordId)).toMatchObject({
      version: 2,
      mine: 'to-sign',
      state: 'waiting',
    });
    await signVersion(hospital, zhao, tokens.get(zhao)!, recordId, 2);
    await client.giveBack(tokens.get(li)!, recordId, 2, '请补充分析');
    const mine = (await author.call('life:mine')).records.find((r) => r.id === recordId);
    expect(mine).toMatchObject({ mine: 'returned-to-me', state: 'waiting', returnReason: '请补充分析' });
    expect(author.learned).toContain('王某某'); // kept out of the log
  });

  it('urgency is marked and seen on the list', async () => {
    const recordId = await record();
    const list = await desk.call('life:urge', { recordId, version: 1, urgent: true, reason: '今晚手术' });
    expect(list.records.find((r) => r.id === recordId)).toMatchObject({ urgent: true });
    expect((await desk.call('life:get', { recordId, version: 1 })).urgent).toMatchObject({ by: '李医师' });
  });

  it('a document that is not the one named is not shown', async () => {
    const recordId = await record();
    const forged: BackendClient = {
      ...client,
      document: async (...where) => {
        const { bytes, sm3 } = await client.document(...where);
        return { bytes: bytes.map((b, i) => (i === 100 ? b ^ 1 : b)), sm3 };
      },
    };
    const wrong = deskOf(li, forged);
    await expect(wrong.call('life:openVersion', { recordId, version: 1 })).rejects.toMatchObject({
      code: 'RECORD_CHANGED',
    });
  });

  it('a version whose file the service has put away is still compared by its text', async () => {
    const recordId = await record();
    const sections = [{ id: 's2', text: '胸闷。' }];
    await desk.call('life:edit', { recordId, version: 1, sections, reason: '精简' });
    const thinned: BackendClient = {
      ...client,
      document: (token, id, version) =>
        version === 1 ? Promise.reject(new YqError('RECORD_NOT_FOUND')) : client.document(token, id, version),
    };
    const difference = await deskOf(li, thinned).call('life:compare', { recordId, from: 1, to: 2 });
    expect([difference.before, difference.after === null]).toEqual([null, false]);
    expect(difference.sections.map((s) => s.id)).toEqual(['s2']);
  });

  it('while the service is away, my records are told as not known', async () => {
    const away = createBackendClient({
      url: hospital.backend.url,
      http: () => Promise.reject(new Error('no network')),
      put: () => Promise.reject(new Error('no network')),
    });
    const list = await deskOf(li, away).call('life:mine');
    expect(list).toMatchObject({ records: [], refreshedAt: null, stale: { code: 'BACKEND_UNREACHABLE' } });
  });
});
