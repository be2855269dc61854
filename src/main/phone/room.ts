/**
 * Phones at the desk (docs/design/026): asks a phone for what the window wants approved, tells the window how that goes on, and sees to it
 * that an approval serves the person, the key and the call that it was given for.
 */
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import type { PhoneProgress as PhoneStep, PhoneProvider } from '#core/token/index.ts';
import type { PhoneAsk, PhoneProgress } from '#shared/phone.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { Session } from '../desk/session.ts';
import { toWireError } from '../wire-error.ts';
import { LOGIN_DIGEST, rowsOf, type ListToApprove } from './lists.ts';
import { isPhoneToken } from './tickets.ts';

export interface PhoneRoomDeps {
  readonly ports: Pick<DeskPorts, 'configuration' | 'log' | 'redact' | 'tell'>;
  readonly session: Session;
  readonly audit: Pick<AuditLog, 'note'>;
  /** What the window wants approved, as main holds it. Throws what the call itself would throw. */
  readonly list: (ask: Exclude<PhoneAsk, { kind: 'login' }>) => ListToApprove;
  /** A list is being signed: if under an approval, a new request would end it. */
  readonly isSigning: () => boolean;
  /** As phones show it. */
  readonly desk: string;
}

export interface PhoneRequested {
  readonly requestId: string;
  /** Text of the QR code. */
  readonly qr: string;
  readonly expiresAt: string;
  readonly desk: string;
  readonly count: number;
}

export interface PhoneRoom {
  /** Throws NOT_SIGNED_IN, DESK_LOCKED, DESK_BUSY, PHONE_NOT_HERE (the key signed in with is none of a phone), what is said of the list. */
  ask(ask: PhoneAsk): Promise<PhoneRequested>;
  cancel(requestId: string): void;
  /** What stands in the code; undefined when the request has ended or another one has taken its place. */
  link(requestId: string): string | undefined;
  /** The call that a ticket was for is over: what is left of its request ends. Anything else than that ticket is passed over. */
  letGo(ticket: string): void;
  /** The desk is locked: nothing that is not approved yet goes on. */
  lock(): void;
  /** Nothing of a person stays; `next` is the token of who takes his place. */
  forget(next?: string): void;
  close(): void;
}

interface Request {
  readonly id: string;
  readonly kind: PhoneAsk['kind'];
  readonly digest: string;
  ticket: string | undefined;
  state: PhoneProgress['state'];
}

const isEnd = (state: PhoneProgress['state']): boolean => !['waiting', 'scanned', 'approved'].includes(state);

export function createPhoneRoom(phones: PhoneProvider, deps: PhoneRoomDeps): PhoneRoom {
  const { ports, session, audit, list, desk } = deps;
  let current: Request | undefined;
  let asking = 0;

  const end = (request: Request | undefined): void => {
    if (!request || isEnd(request.state)) return;
    void phones.cancel(request.id);
  };

  const qrOf = (id: string): string => `${ports.configuration.phoneUrl.value}/phone/#s=${id}`;

  /** Whoever approved must be able to sign what was asked: in a session that is the key signed in with. */
  const isOther = (request: Request, tokenId: string): boolean =>
    request.kind !== 'login' && session.peek()?.tokenId !== tokenId;

  const note = (request: Request, step: PhoneStep, error: YqError | undefined): void => {
    try {
      audit.note({
        act: 'phone-approve',
        subject: [request.id, step.approved?.tokenId].filter((s) => s !== undefined).join(' '),
        ...(request.kind !== 'login' && { before: request.digest }),
        ...(error ? { result: 'failed', code: error.code } : { result: 'done' }),
      });
    } catch (e) {
      ports.log.error('audit', e);
    }
  };

  const stop = phones.onProgress((step) => {
    const request = current;
    // What has ended here is told once, with the reason that this desk has for it.
    if (request?.id !== step.id || isEnd(request.state)) return;
    const before = request.state;
    request.state = step.state;
    let { approved, error } = step;
    if (approved) {
      // Before anything can be logged of it.
      ports.redact.learn([approved.ticket]);
      request.ticket = approved.ticket;
      if (isOther(request, approved.tokenId)) {
        error = new YqError('PHONE_OTHER_KEY');
        approved = undefined;
        request.state = 'cancelled';
        void phones.cancel(request.id);
      }
    }
    if (before !== request.state && (step.state === 'approved' || isEnd(step.state))) {
      // What ends after the approval is the list's to tell, record by record.
      if (before !== 'approved') note(request, step, error);
      ports.log.write('info', 'phone', { kind: request.kind, state: request.state, way: step.way });
    }
    ports.tell('phone:progress', {
      requestId: request.id,
      state: request.state,
      check: step.check ?? null,
      approved: approved ?? null,
      error: error ? toWireError(error) : null,
      way: step.way,
    });
  });

  const request = async (ask: PhoneAsk): Promise<PhoneRequested> => {
    if (current?.state === 'approved' && deps.isSigning()) throw new YqError('DESK_BUSY');
    if (ask.kind === 'login') return begun(ask.kind, LOGIN_DIGEST, 0, () => phones.ask({ kind: 'login' }));
    const { bearer, tokenId } = session.identity();
    // Another kind of key is asked for its PIN.
    if (!isPhoneToken(tokenId)) throw new YqError('PHONE_NOT_HERE');
    const { documents, digest } = list(ask);
    return begun(ask.kind, digest, documents.length, () =>
      phones.ask({
        kind: 'sign',
        bearer,
        rows: rowsOf(documents),
        listDigest: digest,
        signatures: documents.reduce((sum, d) => sum + d.signatures, 0),
        seals: documents.some((d) => d.seal),
      }),
    );
  };

  const begun = async (
    kind: PhoneAsk['kind'],
    digest: string,
    count: number,
    ask: () => ReturnType<PhoneProvider['ask']>,
  ): Promise<PhoneRequested> => {
    end(current);
    current = undefined;
    const turn = ++asking;
    const { id, expiresAt } = await ask();
    // Locked, left or asked anew while the service was being asked.
    const isLocked = kind !== 'login' && session.isLocked();
    if (turn !== asking || isLocked) {
      void phones.cancel(id);
      throw new YqError(isLocked ? 'DESK_LOCKED' : 'PHONE_OVER');
    }
    current = { id, kind, digest, ticket: undefined, state: 'waiting' };
    return { requestId: id, qr: qrOf(id), expiresAt, desk, count };
  };

  return {
    ask: (ask) =>
      request(ask).catch((e: unknown) => {
        throw isYqError(e) ? e : asYqError(e, 'BACKEND_UNREACHABLE');
      }),
    cancel(requestId) {
      if (current?.id === requestId) end(current);
    },
    link: (requestId) => (current?.id === requestId && !isEnd(current.state) ? qrOf(requestId) : undefined),
    letGo(ticket) {
      if (current?.ticket === ticket) end(current);
    },
    lock() {
      // A login is what opens it again; what is approved ends with the list.
      if (current && current.kind !== 'login' && current.state !== 'approved') end(current);
    },
    forget(next) {
      asking++;
      // Whoever signs in by phone does so under the very request that is being answered.
      if (next === undefined || !isPhoneToken(next) || current?.kind !== 'login') {
        end(current);
        current = undefined;
      }
      phones.forget(next);
    },
    close() {
      stop();
      end(current);
    },
  };
}
