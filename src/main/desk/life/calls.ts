/** The calls about a record's life: versions, what differs between them, a superior's change, withdrawal, urgency. */
import { YqError, isYqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { textDifference } from '#core/report/index.ts';
import type { CallOutput } from '#shared/ipc.ts';
import type { RecordSection, VersionDifference } from '#shared/life.ts';
import type { OpenedDocument, VerifyReportView } from '#shared/models.ts';
import type { NotedFacts } from '../../audit/audit-log.ts';
import type { Handlers } from '../../ipc.ts';
import { toWireError } from '../../wire-error.ts';
import { viewOf, type DocumentStore, type HeldDocument } from '../documents.ts';
import { judgeHeld } from '../judged.ts';
import type { DeskPorts } from '../ports.ts';
import type { Session } from '../session.ts';
import type { WorkList } from '../work-list.ts';
import { lifeView } from './life-client.ts';

type LifeCalls = Pick<Handlers, Extract<keyof Handlers, `life:${string}`> | 'records:return'>;
type RecordAct = 'edit' | 'withdraw' | 'urge' | 'return';

export interface LifeRooms {
  readonly ports: DeskPorts;
  readonly session: Pick<Session, 'identity' | 'peek'>;
  readonly worklist: Pick<WorkList, 'refresh' | 'remove'>;
  readonly documents: DocumentStore;
  readonly trust: () => Promise<TrustMaterial>;
  /** Into the audit chain. */
  readonly note: (facts: NotedFacts) => unknown;
}

export function lifeCalls({ ports, session, worklist, documents, trust, note }: LifeRooms): LifeCalls {
  /** What the judge said of a document, by its SM3: the same bytes have the same verdicts. */
  const judged = new Map<string, readonly VerifyReportView['verdict'][]>();
  const documentOf = new Map<string, string>();
  const key = (id: string, version: number): string => `${version}/${id}`;
  const verdictOf = (id: string) => (version: number, index: number) =>
    judged.get(documentOf.get(key(id, version)) ?? '')?.[index] ?? null;

  /** Fetches a version's bytes and holds them; RECORD_CHANGED when they are not those the service names. */
  const fetchVersion = async (id: string, version: number) => {
    const { bearer } = session.identity();
    const [told, document] = await Promise.all([
      ports.backend.sections(bearer, id, version),
      ports.backend.document(bearer, id, version),
    ]);
    if (session.peek()?.bearer !== bearer) throw new YqError('NOT_SIGNED_IN'); // somebody else has signed in meanwhile
    const held = documents.add(`${id}-v${version}.pdf`, new Uint8Array(document.bytes));
    if (document.sm3 !== held.sm3 || told.document.sm3.toUpperCase() !== held.sm3) {
      documents.close(held.handle);
      throw new YqError('RECORD_CHANGED', { detail: 'SM3 of the document differs from the one named' });
    }
    documentOf.set(key(id, version), held.sm3);
    return { held, sections: told.sections };
  };

  const open = async (id: string, version: number): Promise<{ held: HeldDocument; report: VerifyReportView }> => {
    const { held } = await fetchVersion(id, version);
    const report = await judgeHeld(documents, held, await trust(), ports.now());
    const people = report.signatures.filter((s) => s.kind === 'signature');
    judged.set(
      held.sm3,
      people.map((s) => s.verdict),
    );
    return { held, report };
  };

  /** One act on a record is noted before it and after it; what can't be noted is not done. */
  const act = async <T>(name: RecordAct, id: string, version: number, work: () => Promise<T>): Promise<T> => {
    const about = { act: name, subject: `${id}/${version}`, certificate: session.identity().certificate.serial };
    note({ ...about, result: 'begun' });
    /** The act is done: that it can't be noted is for the log, not for undoing what can't be undone. */
    const after = (facts: Pick<NotedFacts, 'result' | 'code'>): void => {
      try {
        note({ ...about, ...facts });
      } catch (e) {
        ports.log.error('audit', e);
      }
    };
    try {
      const done = await work();
      after({ result: 'done' });
      return done;
    } catch (e) {
      after({ result: 'failed', code: isYqError(e) ? e.code : 'INTERNAL' });
      throw e;
    }
  };

  return {
    'life:get': async ({ recordId }) => {
      const told = await ports.backend.life(session.identity().bearer, recordId);
      return lifeView(told, verdictOf(recordId));
    },
    'life:openVersion': async ({ recordId, version }) => {
      const { held, report } = await open(recordId, version);
      return { document: viewOf(held), report };
    },
    'life:compare': async ({ recordId, from, to }) => {
      const { bearer } = session.identity();
      const life = await ports.backend.life(bearer, recordId);
      const of = life.versions.find((v) => v.version === to);
      if (!of || !life.versions.some((v) => v.version === from)) throw new YqError('RECORD_NOT_FOUND');
      const side = async (version: number): Promise<Side> => {
        try {
          const { held, sections } = await fetchVersion(recordId, version);
          return { document: viewOf(held), sections };
        } catch (e) {
          // The service may have put the file of an old version away; its text is still there to be compared.
          if (!isYqError(e) || e.code !== 'RECORD_NOT_FOUND') throw e;
          return { document: null, sections: (await ports.backend.sections(bearer, recordId, version)).sections };
        }
      };
      const [before, after] = await Promise.all([side(from), side(to)]);
      return {
        ...{ from, to, by: of.author, at: of.submittedAt },
        sections: sectionDifferences(before.sections, after.sections),
        before: before.document,
        after: after.document,
      };
    },
    'life:edit': ({ recordId, version, sections, reason }) =>
      act('edit', recordId, version, async () => {
        const { bearer } = session.identity();
        const made = await ports.backend.edit(bearer, recordId, { from: version, sections, reason });
        worklist.remove(recordId, version);
        await worklist.refresh();
        return { version: made };
      }),
    'life:withdraw': ({ recordId, version, reason }) =>
      act('withdraw', recordId, version, async () => {
        await ports.backend.withdraw(session.identity().bearer, recordId, version, reason);
        worklist.remove(recordId, version);
        return worklist.refresh();
      }),
    'records:return': ({ recordId, version, reason }) =>
      act('return', recordId, version, async () => {
        await ports.backend.giveBack(session.identity().bearer, recordId, version, reason);
        worklist.remove(recordId, version);
        return worklist.refresh();
      }),
    'life:urge': ({ recordId, version, urgent, reason }) =>
      act('urge', recordId, version, async () => {
        await ports.backend.urge(session.identity().bearer, recordId, version, urgent, reason);
        return worklist.refresh();
      }),
    'life:mine': async (): Promise<CallOutput<'life:mine'>> => {
      const { bearer } = session.identity();
      try {
        const records = await ports.backend.mine(bearer);
        for (const r of records) ports.redact.learn([r.patient.name, r.patient.admissionNumber, r.patient.id]);
        return {
          records: records.map((r) => ({
            ...r,
            state: r.mine === 'signed-by-me' ? ('signed' as const) : ('waiting' as const),
            error: null,
          })),
          refreshedAt: ports.now().toISOString(),
          stale: null,
        };
      } catch (e) {
        if (!isYqError(e) || e.code !== 'BACKEND_UNREACHABLE') throw e;
        return { records: [], refreshedAt: null, stale: toWireError(e) };
      }
    },
  };
}

interface Side {
  readonly document: OpenedDocument | null;
  readonly sections: readonly RecordSection[];
}

/** Sections that differ, in the order of the newer version; those it no longer has come last. */
function sectionDifferences(
  before: readonly RecordSection[],
  after: readonly RecordSection[],
): VersionDifference['sections'] {
  const old = new Map(before.map((s) => [s.id, s]));
  const now = new Set(after.map((s) => s.id));
  const all = [
    ...after.map((s) => ({ ...s, from: old.get(s.id)?.text ?? '', to: s.text })),
    ...before.filter((s) => !now.has(s.id)).map((s) => ({ ...s, from: s.text, to: '' })),
  ];
  return all
    .filter((s) => s.from !== s.to)
    .map(({ id, title, from, to }) => ({ id, title, parts: [...textDifference(from, to)] }));
}
