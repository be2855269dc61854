/** Opening a record: its bytes are fetched once, compared with the SM3 the service names, judged, and kept under a handle. */
import { activeContentError, bytesSource, inspectActiveContent, readPdf } from '#core/pdf/index.ts';
import { asYqError, YqError } from '#core/errors/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import type { OpenedRecord } from '#shared/models.ts';
import { toWireError } from '../wire-error.ts';
import { viewOf, type DocumentStore, type HeldDocument } from './documents.ts';
import { judgeHeld } from './judged.ts';
import type { DeskPorts } from './ports.ts';
import type { Session } from './session.ts';
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
  /** The seal with this esID among those I may use. */
  readonly sealOf: (esId: string) => string | null;
}

interface WhatMaySign {
  readonly blocked: YqError | undefined;
  readonly emptyFields: readonly string[];
}

/** Whether the document can be signed as it is, and which fields it brought along for that. */
async function whatMaySign(held: HeldDocument): Promise<WhatMaySign> {
  try {
    const file = await readPdf(bytesSource(held.bytes));
    const fields = await file.signatureFields();
    const empty = fields.filter((f) => f.value === undefined || f.value === null);
    const active = (await inspectActiveContent(file)).filter((thing) => thing.refuses);
    return {
      blocked: active.length > 0 ? activeContentError(active) : undefined,
      emptyFields: empty.map((f) => f.name),
    };
  } catch (e) {
    return { blocked: asYqError(e, 'PDF_DAMAGED'), emptyFields: [] };
  }
}

export const openRecord =
  ({ ports, session, worklist, documents, appearance, trust, sealOf }: OpenRecordDeps) =>
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

    const report = await judgeHeld(documents, held, await trust(), ports.now());
    const { blocked, emptyFields } = await whatMaySign(held);
    if (blocked) held.blocked = blocked;
    const { language } = ports.settings.get();
    const known = worklist.find(recordId, version);
    return {
      record: { ...detail.record, state: known?.state ?? 'waiting', error: known?.error ?? null },
      document: viewOf(held),
      report,
      changes: detail.changes,
      placement: detail.rule.placement,
      layout: detail.rule.layout ?? null,
      placementRule: detail.rule.text[language],
      emptyFields: [...emptyFields],
      sealId: detail.rule.seal == null ? null : sealOf(detail.rule.seal),
      appearanceUrl: detail.rule.appearance === 'handwriting' ? await appearance.url() : null,
      blocked: blocked ? toWireError(blocked) : null,
    };
  };
