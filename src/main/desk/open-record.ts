/** Opening a record: its bytes are fetched once, compared with the SM3 the service names, judged, and kept under a handle. */
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { verifyPdf } from '#core/verify/index.ts';
import type { OpenedRecord, VerifyReportView } from '#shared/models.ts';
import { toWireError } from '../wire-error.ts';
import { viewOf, type DocumentStore } from './documents.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';
import { reportView } from './views.ts';
import type { WorkList } from './work-list.ts';

export interface Appearance {
  /** PNG of my handwriting, fetched once per session. */
  png(): Promise<Uint8Array | undefined>;
  url(): Promise<string | null>;
  clear(): void;
}

export function createAppearance(ports: DeskPorts, session: () => Session, documents: DocumentStore): Appearance {
  let fetched: Promise<Uint8Array | undefined> | undefined;
  let shown: string | undefined;
  const png = (): Promise<Uint8Array | undefined> => {
    fetched ??= ports.backend.appearance(session().identity().bearer).catch((e: unknown) => {
      fetched = undefined;
      throw e;
    });
    return fetched;
  };
  return {
    png,
    async url() {
      if (shown !== undefined && documents.picture(shown.slice('/picture/'.length))) return shown;
      const bytes = await png().catch(() => undefined);
      shown = bytes && documents.addPicture(new Uint8Array(bytes));
      return shown ?? null;
    },
    clear() {
      fetched = undefined;
      shown = undefined;
    },
  };
}

export interface OpenRecordDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly worklist: WorkList;
  readonly documents: DocumentStore;
  readonly appearance: Appearance;
  readonly trust: () => Promise<TrustMaterial>;
}

export const openRecord =
  ({ ports, session, worklist, documents, appearance, trust }: OpenRecordDeps) =>
  async (recordId: string, version: number): Promise<OpenedRecord> => {
    const { bearer } = session.identity();
    const [detail, document] = await Promise.all([
      ports.backend.version(bearer, recordId, version),
      ports.backend.document(bearer, recordId, version),
    ]);
    if (detail.state === 'superseded') throw new YqError('RECORD_CHANGED');
    const p = detail.record.patient;
    ports.redact.learn([p.name, p.admissionNumber, p.id]);

    // The file's name is for saving; it names the record, not the patient.
    const held = documents.add(`${recordId}-v${version}.pdf`, new Uint8Array(document.bytes), {
      record: { id: recordId, version },
    });
    if (document.sm3 !== held.sm3 || detail.document.sm3.toUpperCase() !== held.sm3) {
      documents.close(held.handle);
      throw new YqError('RECORD_CHANGED', { detail: 'SM3 of the document differs from the one named' });
    }

    const report: VerifyReportView = reportView(
      await verifyPdf(bytesSource(held.bytes), { name: held.name, trust: await trust(), at: ports.now() }),
    );
    held.report = report;
    let blocked: YqError | undefined;
    try {
      await readPdf(bytesSource(held.bytes));
    } catch (e) {
      blocked = asYqError(e, 'PDF_DAMAGED');
    }
    const { language } = ports.settings.get();
    const known = worklist.find(recordId, version);
    return {
      record: { ...detail.record, state: known?.state ?? 'waiting', error: known?.error ?? null },
      document: viewOf(held),
      report,
      changes: detail.changes,
      placement: detail.rule.placement,
      placementRule: detail.rule.text[language],
      appearanceUrl: detail.rule.appearance === 'handwriting' ? await appearance.url() : null,
      blocked: blocked ? toWireError(blocked) : null,
    };
  };
