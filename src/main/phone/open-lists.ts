/** From what the window names to what a phone approves: records by the bytes main holds, a batch by its list, forms by their documents. */
import { YqError } from '#core/errors/index.ts';
import type { PhoneAsk } from '#shared/phone.ts';
import type { Batches } from '../batch/index.ts';
import type { DocumentStore } from '../desk/documents.ts';
import type { DeskPorts } from '../desk/ports.ts';
import type { WorkList } from '../desk/work-list.ts';
import { recordsDigest, type DocumentToApprove, type ListToApprove } from './lists.ts';

export interface OpenListsDeps {
  readonly ports: Pick<DeskPorts, 'configuration'>;
  readonly documents: DocumentStore;
  readonly worklist: Pick<WorkList, 'find'>;
  readonly batches: Pick<Batches, 'proposed'>;
  readonly consent: { toApprove(ids: readonly string[]): ListToApprove };
}

type AskedList = Exclude<PhoneAsk, { kind: 'login' }>;

export function openLists({ ports, documents, worklist, batches, consent }: OpenListsDeps) {
  /** A seal that stands in an attribute of the signature is signed before it (docs/formats.md §4). */
  const signaturesOf = (sealId: string | null): Pick<DocumentToApprove, 'signatures' | 'seal'> => ({
    signatures: sealId !== null && ports.configuration.sealCarrier.value === 'attribute' ? 2 : 1,
    seal: sealId !== null,
  });

  const ofRecords = (items: Extract<AskedList, { kind: 'records' }>['items']): ListToApprove => {
    const listed = items.map(({ handle, sealId }) => {
      const held = documents.get(handle);
      if (!held) throw new YqError('DOCUMENT_CLOSED');
      if (!held.record) throw new YqError('IPC_REJECTED', { detail: 'the handle belongs to no record' });
      const { id: recordId, version } = held.record;
      return { recordId, version, sm3: held.sm3, sealId };
    });
    return {
      digest: recordsDigest(listed),
      documents: listed.map(({ recordId, version, sm3, sealId }) => {
        const known = worklist.find(recordId, version);
        return { type: known?.type ?? '', patientName: known?.patient.name ?? '', sm3, ...signaturesOf(sealId) };
      }),
    };
  };

  const ofBatch = ({ listId, digest }: Extract<AskedList, { kind: 'batch' }>): ListToApprove => ({
    digest: digest.toUpperCase(),
    documents: batches
      .proposed(listId, digest)
      .map(({ type, patientName, sm3, item }) => ({ type, patientName, sm3, ...signaturesOf(item.sealId) })),
  });

  return (ask: AskedList): ListToApprove => {
    switch (ask.kind) {
      case 'records':
        return ofRecords(ask.items);
      case 'batch':
        return ofBatch(ask);
      case 'consent':
        return consent.toApprove(ask.ids);
    }
  };
}
