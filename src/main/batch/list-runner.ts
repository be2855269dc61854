/**
 * One list at a time: the key is opened once for it, with the PIN of the person who approved it, and closed when no record needs it any
 * more. Serves the batch and the one record of the review screen alike.
 */
import { YqError } from '#core/errors/index.ts';
import type { Certificate } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { Token } from '#core/token/types.ts';
import type { Planner } from '../desk/sign-layout.ts';
import type { Identity } from '../desk/session.ts';
import {
  signRecords,
  type Recorder,
  type RecordToSign,
  type RunningList,
  type SignRecordsDeps,
} from './sign-records.ts';

export interface ListRunnerDeps extends SignRecordsDeps {
  readonly trust: () => Promise<TrustMaterial>;
  /** So that the check after signing knows of a certificate revoked lately. */
  readonly refreshRevocation: (certificates: readonly Certificate[]) => Promise<void>;
}

export interface ListOrder<R extends RecordToSign> {
  readonly identity: Identity;
  /** Or the ticket of a phone. */
  readonly pin: string;
  /** Hex digest of what was approved; a phone's approval holds for no other list. */
  readonly digest: string;
  readonly records: readonly R[];
  /** That of the list's making: its seals were checked then, and are once more beside the key. */
  readonly plan: Planner;
  /** Bytes of the documents, for the look at the disk. */
  readonly sizes: readonly number[];
  /** The key is open; written down before it is asked for anything. */
  readonly opened: () => Recorder<R>;
}

export interface ListRunner {
  readonly isRunning: boolean;
  /** Settles once the key is open. Throws DESK_BUSY, what speaks against the disk, or what the token says of the PIN. */
  run<R extends RecordToSign>(order: ListOrder<R>): Promise<RunningList>;
  /** No further record of the list is begun. */
  stop(reason: YqError): void;
  /** Stops the list, and settles when every record in hand has ended. */
  finish(): Promise<void>;
}

export function createListRunner(deps: ListRunnerDeps): ListRunner {
  const { ports, folder, trust, refreshRevocation } = deps;
  /** From the moment the PIN is there until every record has ended. */
  let current:
    { readonly ended: Promise<void>; running: RunningList | undefined; stopped: YqError | undefined } | undefined;

  const stop = (reason: YqError): void => {
    if (!current) return;
    current.stopped ??= reason;
    current.running?.stop(reason);
  };

  return {
    get isRunning() {
      return current !== undefined;
    },
    async run<R extends RecordToSign>({ identity, pin, digest, records, plan, sizes, opened }: ListOrder<R>) {
      if (current) throw new YqError('DESK_BUSY');
      const ended = Promise.withResolvers<void>();
      const mine = { ended: ended.promise, running: undefined as RunningList | undefined, stopped: undefined };
      current = mine;
      const open = Promise.withResolvers<RunningList>();
      const act = async (): Promise<void> => {
        await folder.requireRoom(`${records[0]?.item.recordId ?? ''}.pdf`, sizes);
        const { key } = await ports.tokens.find(identity.tokenId, identity.keyId);
        const work = async (token: Token): Promise<void> => {
          const signer = await ports.tokens.signer(token, key, pin);
          await refreshRevocation([signer.certificate, ...signer.chain]);
          const whom = await trust();
          const recorder = opened();
          const running = signRecords(deps, { records, signer, trust: whom, plan, recorder });
          mine.running = running;
          if (mine.stopped) running.stop(mine.stopped);
          open.resolve(running);
          await running.signed;
        };
        await ports.tokens.withLogin(identity.tokenId, pin, work, digest);
      };
      void act()
        .catch((e: unknown) => {
          // Before the key was open this is the answer; after that every record has its own, and only the logging out can fail.
          open.reject(e);
        })
        .finally(() => {
          current = undefined;
          ended.resolve();
        });
      return open.promise;
    },
    stop,
    async finish() {
      stop(new YqError('SIGN_CANCELLED'));
      await current?.ended;
    },
  };
}
