/**
 * Consent forms at the desk: the staff's calls, the patient's window, what is kept in between (docs/design/024-consent-at-the-desk.md).
 * Nothing of a form is served or shown unless the member of staff whose form it is has signed in and the desk is not locked.
 */
import { join } from 'node:path';
import type { SignatureAppearance } from '#core/pdf/types.ts';
import type { ConsentSummary } from '#shared/consent.ts';
import type { AuditLog } from '../audit/audit-log.ts';
import type { TimeServices } from '../batch/index.ts';
import { createDocumentStore } from '../desk/documents.ts';
import type { Appearance } from '../desk/open-record.ts';
import type { Handlers, PatientHandlers } from '../ipc.ts';
import type { ListToApprove } from '../phone/lists.ts';
import { createCatalogue } from './catalogue.ts';
import { createDeliveries } from './deliveries.ts';
import type { ConsentDeps, ConsentWorld } from './deps.ts';
import { createFinish } from './finish.ts';
import { createReaders } from './fingerprint/readers.ts';
import { openFormStore } from './form-store.ts';
import { createForms } from './forms.ts';
import { createHand } from './hand.ts';
import { openConsentKeys } from './keys.ts';
import { createPictures } from './pictures.ts';
import { consentService } from './service.ts';
import { createViews } from './views.ts';

export type { ConsentWorld, PatientDisplay } from './deps.ts';
export type { SystemSecrets } from './keys.ts';

type ConsentCalls = Pick<Handlers, Extract<keyof Handlers, `consent:${string}`>>;

export interface ConsentRoom {
  readonly calls: ConsentCalls;
  readonly patientCalls: PatientHandlers;
  /** What a phone is to approve for these forms. */
  toApprove(ids: readonly string[]): ListToApprove;
  /** How the forms' key is protected on this PC. */
  readonly protection: 'system' | 'file';
  /** The desk is locked: the patient's window closes, nothing is served; what was written stays. */
  lock(): void;
  signedIn(): void;
  /** Nothing that was shown to this person stays. */
  signedOut(): void;
  /** A death may have left keys of evidence that is sealed. */
  start(): void;
  sendDue(): Promise<void>;
  /** Settles when the form in hand is signed. */
  settled(): Promise<void>;
  isRunning(): boolean;
}

export interface ConsentRoomOptions extends Pick<
  ConsentDeps,
  'ports' | 'session' | 'documents' | 'folder' | 'trust' | 'refreshRevocation' | 'font'
> {
  readonly audit: AuditLog;
  readonly appearance: Appearance;
  readonly times: TimeServices;
  /** Absent: a desk without windows. */
  readonly world?: ConsentWorld;
}

/** No second window and nobody to be told. */
const windowless = (): ConsentWorld => ({
  display: {
    show: () => undefined,
    close: () => undefined,
    state: () => ({ open: false, second: false }),
    onChange: () => undefined,
  },
  documents: createDocumentStore(),
  tellPatient: () => undefined,
});

/** As the ward reads it. */
const clock = (at: Date): string => new Date(at.getTime() + 8 * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');

/** ms after a stroke until the staff's window sees it: a name comes in a dozen of them. */
const SOON = 120;
/** ms that a finished or abandoned form stays in the list. */
const KEPT_FOR = 7 * 86_400_000;

export function createConsentRoom(o: ConsentRoomOptions): ConsentRoom {
  const { ports, session, audit, appearance } = o;
  const world = o.world ?? windowless();
  const keys = openConsentKeys(join(ports.locations.userData, 'consent-keys'), world.secrets);
  const store = openFormStore(ports.store, keys);
  const service = consentService(ports.backend, ports.http);
  const note: ConsentDeps['note'] = (facts) => void audit.note(facts);
  const deps: ConsentDeps = { ...o, world, keys, store, service, note };

  const catalogue = createCatalogue(deps);
  const forms = createForms(deps, catalogue);
  const views = createViews(deps, catalogue);
  const readers = createReaders({ simulated: ports.configuration.simulatedFingerprint.value });
  const pictures = createPictures(deps, readers);

  const due = new Map<string, NodeJS.Timeout>();
  const tellNow = async (id: string): Promise<void> => {
    if (!session.peek() || session.isLocked()) return;
    ports.tell('consent:changed', await views.of(forms.load(id)));
  };
  const changed = (id: string): void => {
    if (due.has(id)) return;
    const timer = setTimeout(() => {
      due.delete(id);
      void tellNow(id).catch((e: unknown) => {
        ports.log.error('consent', e);
      });
    }, SOON);
    timer.unref();
    due.set(id, timer);
  };
  const deliveries = createDeliveries(deps, changed);
  const hand = createHand({ ...deps, forms, changed });
  const finish = createFinish({
    ...deps,
    forms,
    catalogue,
    changed,
    times: o.times,
    deskId: () => audit.chains().at(-1)?.desk ?? '',
    staffAppearance: async (): Promise<SignatureAppearance> => {
      const image = await appearance.png().catch(() => undefined);
      const { name } = session.identity().person;
      return { ...(image && { image }), lines: [`${name}  ${clock(ports.now())}`], font: await o.font() };
    },
    deliver: (id) => deliveries.send(id),
  });

  world.display.onChange(() => {
    const shown = hand.shown();
    if (!shown) return;
    if (world.display.state().open) changed(shown.id);
    else hand.hide(); // somebody closed it
  });
  const isShown = (id: string): boolean => hand.shown()?.id === id;
  const hideIf = (id: string): void => {
    if (isShown(id)) hand.hide();
  };
  const clear = (): void => {
    hand.hide();
    pictures.cancel();
    for (const timer of due.values()) clearTimeout(timer);
    due.clear();
  };

  /** One form that can't be read keeps nobody from the others. */
  const summaries = (): ConsentSummary[] => [
    ...forms.unreadable().map((f) => views.unreadable(f)),
    ...forms.list().map((f) => views.summary(f)),
  ];

  return {
    patientCalls: hand.calls,
    protection: keys.protection,
    calls: {
      'consent:templates': async () => {
        const { templates, patients, stale } = await catalogue.offer();
        return { templates: templates.map((t) => catalogue.shown(t)), patients: [...patients], stale };
      },
      'consent:list': () => summaries(),
      'consent:start': async (input) => views.of(await forms.start(input)),
      'consent:get': ({ id }) => views.of(forms.load(id)),
      'consent:fill': (input) => views.of(forms.fill(input)),
      'consent:present': async (input) => {
        hideIf(input.id);
        return views.of(await forms.present(input));
      },
      'consent:reopen': ({ id }) => {
        hideIf(id);
        pictures.cancel();
        return views.of(forms.reopen(id));
      },
      'consent:showPatient': ({ id, writer }) => views.of(hand.show(id, writer)),
      'consent:hidePatient': ({ id }) => {
        hideIf(id);
        return views.of(forms.load(id));
      },
      'consent:readers': async () =>
        Promise.all(
          readers.list().map(async ({ id, name, simulated, ready }) => ({
            id,
            name,
            simulated,
            ready: await ready().catch(() => false),
          })),
        ),
      'consent:takeFingerprint': async ({ id, reader }) =>
        views.of(await pictures.takeFingerprint(forms.load(id), reader)),
      'consent:importFingerprint': async ({ id }) => views.of(await pictures.importFingerprint(forms.load(id))),
      'consent:dropFingerprint': ({ id }) => views.of(pictures.drop(forms.load(id), 'fingerprint')),
      'consent:setPhoto': ({ id, image }) => views.of(pictures.setPhoto(forms.load(id), image)),
      'consent:dropPhoto': ({ id }) => views.of(pictures.drop(forms.load(id), 'photo')),
      'consent:finish': async ({ id, pin }) => {
        hideIf(id);
        return views.of(await finish.finish(id, pin));
      },
      'consent:complete': async ({ ids, pin }) => {
        await finish.complete(ids, pin);
        return summaries();
      },
      'consent:abandon': async ({ id, reason }) => {
        hideIf(id);
        pictures.cancel();
        await finish.drop(id);
        forms.abandon(id, reason);
        return summaries();
      },
    },
    toApprove: (ids) => finish.toApprove(ids),
    lock: clear,
    signedIn() {
      void deliveries.sendDue().catch((e: unknown) => {
        ports.log.error('consent upload', e);
      });
    },
    signedOut() {
      clear();
      views.clear();
    },
    start() {
      try {
        store.settle();
        store.forgetOld(new Date(ports.now().getTime() - KEPT_FOR).toISOString());
      } catch (e) {
        // A form that can't be read keeps nobody from the records; it is told where it is opened.
        ports.log.error('consent', e);
      }
    },
    sendDue: () => deliveries.sendDue(),
    settled: () => finish.settled(),
    isRunning: () => finish.isRunning(),
  };
}
