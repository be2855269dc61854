/**
 * One request to a phone, from the code on the screen to the approval. What the window shows belongs to the request that main named last;
 * whoever leaves before the approval lets the request go.
 */
import { useCallback, useEffect, useRef, useState } from 'react';
import type { WireError } from '#shared/errors.ts';
import type { CallOutput } from '#shared/ipc.ts';
import type { PhoneAsk, PhoneProgress } from '#shared/phone.ts';
import { ask } from '../../state/store.ts';

export type PhoneApproved = NonNullable<PhoneProgress['approved']>;
export type PhoneRequested = CallOutput<'phone:ask'>;

export type PhoneStage =
  | { readonly at: 'idle' }
  | { readonly at: 'asking' }
  | { readonly at: 'waiting' | 'scanned'; readonly request: PhoneRequested; readonly progress: PhoneProgress | null }
  | { readonly at: 'approved'; readonly approved: PhoneApproved }
  /** Null: let go at this desk. */
  | { readonly at: 'ended'; readonly error: WireError | null };

export interface Phone {
  readonly stage: PhoneStage;
  /** A new code; the one before is worth nothing from then on. */
  readonly start: () => void;
}

/** @param what is asked for when `start` is called. @param onApproved gets the ticket, once per request. */
export function usePhone(what: PhoneAsk, onApproved: (approved: PhoneApproved) => void): Phone {
  const [stage, setStage] = useState<PhoneStage>({ at: 'idle' });
  const now = useRef({ what, onApproved });
  useEffect(() => {
    now.current = { what, onApproved };
  });
  /** Which start this is, the request it led to, and what was told before main's answer was here. */
  const turn = useRef(0);
  const open = useRef<PhoneRequested | null>(null);
  const early = useRef<PhoneProgress | null>(null);

  const take = useCallback((p: PhoneProgress) => {
    const request = open.current;
    if (request?.requestId !== p.requestId) {
      early.current = p;
      return;
    }
    if (p.approved !== null) {
      open.current = null;
      setStage({ at: 'approved', approved: p.approved });
      now.current.onApproved(p.approved);
    } else if (p.state === 'waiting' || p.state === 'scanned') {
      setStage({ at: p.state, request, progress: p });
    } else if (p.state !== 'approved') {
      open.current = null;
      setStage({ at: 'ended', error: p.error });
    }
  }, []);

  const letGo = useCallback(() => {
    turn.current++;
    const request = open.current;
    open.current = null;
    early.current = null;
    if (request !== null) void ask('phone:cancel', { requestId: request.requestId });
  }, []);

  const start = useCallback(() => {
    // Main ends the one before itself.
    open.current = null;
    early.current = null;
    const mine = ++turn.current;
    setStage({ at: 'asking' });
    void ask('phone:ask', now.current.what).then((r) => {
      if (turn.current !== mine) {
        if (r.ok) void ask('phone:cancel', { requestId: r.value.requestId });
        return;
      }
      if (!r.ok) return setStage({ at: 'ended', error: r.error });
      open.current = r.value;
      setStage({ at: 'waiting', request: r.value, progress: null });
      if (early.current !== null) take(early.current);
    });
  }, [take]);

  useEffect(() => {
    const end = window.yiqian.on('phone:progress', take);
    return () => {
      end();
      letGo();
    };
  }, [take, letGo]);

  return { stage, start };
}
