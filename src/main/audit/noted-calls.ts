/**
 * Calls of the window that are acts by themselves and leave an entry: judging, exporting, testing a key, changing a PIN. Signing, records
 * and consent forms note theirs where the act is, in one transaction with it. No entry names a file: its name may be a patient's.
 */
import { isYqError } from '#core/errors/index.ts';
import type { CallName } from '#shared/ipc.ts';
import type { Handlers } from '../ipc.ts';
import type { Log } from '../log/file-log.ts';
import type { AuditLog, NotedFacts } from './audit-log.ts';

type Told = Pick<NotedFacts, 'subject' | 'before' | 'after' | 'certificate' | 'code'>;

interface Noted {
  readonly act: string;
  /** Written before the act, which does not happen when it can't be. */
  readonly begun?: (input: never) => Told;
  /** What is told of an answer; none: nothing was done (a dialog was cancelled). */
  readonly done: (output: never, input: never) => readonly Told[];
  /** What is told of a failure. */
  readonly failed?: (input: never) => Told;
}

interface JudgedFile {
  readonly report: { readonly verdict: string; readonly sm3: string };
}
const judged = ({ report }: JudgedFile): Told => ({
  subject: 'file',
  ...(report.sm3 !== '' && { before: report.sm3 }),
  code: report.verdict,
});
const saved =
  (what: string) =>
  ({ path }: { readonly path: string | null }): readonly Told[] =>
    path === null ? [] : [{ subject: what }];
const withKey = ({ tokenId, keyId }: { readonly tokenId: string; readonly keyId?: string }): Told => ({
  subject: keyId === undefined ? tokenId : `${tokenId} ${keyId}`,
});

const noted: Partial<Record<CallName, Noted>> = {
  'verify:choose': { act: 'verify', done: (files: readonly JudgedFile[]) => files.map(judged) },
  'verify:paths': { act: 'verify', done: (files: readonly JudgedFile[]) => files.map(judged) },
  'verify:unlock': { act: 'verify', done: (file: JudgedFile) => [judged(file)] },
  'verify:folderOpen': { act: 'verify', done: (file: JudgedFile) => [judged(file)] },
  'verify:folder': {
    act: 'verify',
    done: (job: { readonly total: number } | null) => (job ? [{ subject: `folder of ${job.total} files` }] : []),
  },
  'verify:exportReport': { act: 'export', done: saved('report') },
  'verify:folderExport': { act: 'export', done: saved('table') },
  'documents:saveAs': { act: 'export', done: saved('document') },
  'audit:export': { act: 'export', done: saved('audit') },
  'tokens:test': {
    act: 'key-test',
    begun: withKey,
    done: (_: unknown, input: never) => [withKey(input)],
    failed: withKey,
  },
  'tokens:changePin': {
    act: 'pin-change',
    begun: withKey,
    done: (_: unknown, input: never) => [withKey(input)],
    failed: withKey,
  },
};

/** The same handlers, with their entries. */
export function noting(handlers: Handlers, audit: Pick<AuditLog, 'note'>, log: Log): Handlers {
  /** The act is done: that it can't be noted is for the log, not for undoing what can't be undone. */
  const after = (facts: NotedFacts): void => {
    try {
      audit.note(facts);
    } catch (e) {
      log.error('audit', e);
    }
  };
  const wrapped = Object.entries(noted).map(([name, what]) => {
    const { act, begun, done, failed } = what;
    const handler = handlers[name as CallName] as (input: never) => unknown;
    const run = async (input: never): Promise<unknown> => {
      if (begun) audit.note({ act, ...begun(input), result: 'begun' });
      try {
        const output = await handler(input);
        for (const told of done(output as never, input)) after({ act, ...told, result: 'done' });
        return output;
      } catch (e) {
        if (failed) after({ act, ...failed(input), result: 'failed', code: isYqError(e) ? e.code : 'INTERNAL' });
        throw e;
      }
    };
    return [name, run] as const;
  });
  return { ...handlers, ...Object.fromEntries(wrapped) };
}
