/** Finished forms on their way to the record service: tried again with back-off, in their order, by the person whose they are. */
import { asYqError, YqError } from '#core/errors/index.ts';
import { backOff } from '../desk/upload-queue.ts';
import { toWireError } from '../wire-error.ts';
import type { ConsentDeps } from './deps.ts';
import { readSigned } from './finish.ts';
import type { Form } from './form-store.ts';

export interface Deliveries {
  /** Now, whatever the back-off says. Never rejects. */
  send(id: string): Promise<void>;
  /** Those whose time has come. */
  sendDue(): Promise<void>;
}

/** The service has looked at it and will not have it: asking again would not help. */
const isFinal = (e: YqError): boolean =>
  e.code === 'CONSENT_INTAKE' || e.code === 'CONSENT_FINISHED' || e.code === 'CONSENT_NOT_YOURS';

export function createDeliveries(deps: ConsentDeps, changed: (id: string) => void): Deliveries {
  const { ports, session, store, note } = deps;
  const inHand = new Set<string>();

  const sendOne = async (form: Form): Promise<void> => {
    const identity = session.peek();
    const { signed } = form.state;
    if (!identity || identity.person.id !== form.personId || signed?.upload !== 'pending' || inHand.has(form.id))
      return;
    inHand.add(form.id);
    let error: YqError | undefined;
    try {
      const pdf = await readSigned(form);
      if (!pdf) throw new YqError('DOCUMENT_CHANGED', { params: { file: `consent-${form.id}.pdf` } });
      await deps.service.deliver(identity.bearer, form.id, pdf, signed.sm3);
    } catch (e) {
      error = asYqError(e, 'BACKEND_UNREACHABLE');
      ports.log.error('consent upload', error);
    } finally {
      inHand.delete(form.id);
    }
    const attempts = signed.attempts + 1;
    const told = error
      ? { upload: isFinal(error) ? ('refused' as const) : ('pending' as const), attempts }
      : { upload: 'uploaded' as const, attempts };
    const state = {
      ...form.state,
      error: error ? toWireError(error) : null,
      signed: { ...signed, ...told, nextAt: ports.now().getTime() + backOff(attempts) },
    };
    store.transaction(() => {
      store.save({ ...form, state });
      // The service has the packages and has said so.
      if (!error)
        for (const kind of ['package-patient', 'package-witness', 'act'] as const)
          store.putFile(form.id, kind, undefined);
      note({
        act: 'upload',
        who: form.personId,
        subject: form.id,
        after: signed.sm3,
        result: error ? 'failed' : 'done',
        ...(error && { code: error.code }),
      });
    });
    changed(form.id);
  };
  return {
    async send(id) {
      const identity = session.peek();
      if (identity) await sendOne(store.load(id, identity.person.id));
    },
    async sendDue() {
      const identity = session.peek();
      if (!identity) return;
      const now = ports.now().getTime();
      const due = store
        .list(identity.person.id)
        .filter((f) => f.state.signed?.upload === 'pending' && f.state.signed.nextAt <= now)
        .reverse();
      for (const form of due) await sendOne(form);
    },
  };
}
