/** A desk with a patient's window that is none: its calls are made as its page would make them. */
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { createDocumentStore } from '../../../src/main/desk/documents.ts';
import type { ConsentWorld } from '../../../src/main/consent/index.ts';
import type { PatientHandlers } from '../../../src/main/ipc.ts';
import {
  patientCalls,
  type ConsentView,
  type InkStrokeView,
  type PatientCallName,
  type PatientPage,
  type Writer,
} from '../../../src/shared/consent.ts';
import { calls } from '../../../src/shared/ipc.ts';
import { openNodeDesk, type NodeDesk, type NodeDeskOptions } from '../batch/node-desk.ts';

type Out<N extends PatientCallName> = Awaited<ReturnType<PatientHandlers[N]>>;

export interface ConsentDesk extends NodeDesk {
  readonly world: ConsentWorld;
  /** What the patient's window was told last. */
  page(): PatientPage | null | undefined;
  readonly isOpen: () => boolean;
  /** Somebody closes the patient's window. */
  closeWindow(): void;
  patient<N extends PatientCallName>(name: N, input: Parameters<PatientHandlers[N]>[0]): Promise<Out<N>>;
  patientRefusal<N extends PatientCallName>(name: N, input: Parameters<PatientHandlers[N]>[0]): Promise<string>;
  /** Begun, filled in and presented; `kind` of the template. */
  presented(kind: string, witness?: boolean): Promise<ConsentView>;
  /** Asked, written and confirmed in the patient's window. */
  sign(id: string, writer: Writer, more?: { readonly fingerprint?: boolean }): Promise<void>;
}

/** A looped line, about as a name takes it; `n` makes each stroke another one. */
export const stroke = (n: number): InkStrokeView => ({
  at: n * 600,
  pointer: 'pen',
  points: Array.from({ length: 24 }, (_, i) => [
    10 + n * 14 + i * 0.5,
    30 + 12 * Math.sin((i + n) / 3),
    i * 16,
    0.3 + 0.4 * Math.sin((i / 23) * Math.PI),
    20,
    -10,
  ]),
});

export async function openConsentDesk(options: NodeDeskOptions): Promise<ConsentDesk> {
  let open = false;
  let told: PatientPage | null | undefined;
  const listeners: (() => void)[] = [];
  const set = (value: boolean): void => {
    open = value;
    for (const listener of listeners) listener();
  };
  const world: ConsentWorld = {
    display: {
      show: () => set(true),
      close: () => set(false),
      state: () => ({ open, second: open }),
      onChange: (listener) => listeners.push(listener),
    },
    documents: createDocumentStore(),
    tellPatient: (page) => (told = page),
  };
  const desk = await openNodeDesk({ ...options, consentWorld: world });
  const patient: ConsentDesk['patient'] = async (name, input) => {
    const handler = desk.desk.patientHandlers[name] as (i: unknown) => unknown;
    return patientCalls[name].output.parse(await handler(input)) as never;
  };
  const call: NodeDesk['call'] = async (name, input) => calls[name].output.parse(await desk.call(name, input)) as never;
  return {
    ...desk,
    call,
    world,
    page: () => told,
    isOpen: () => open,
    closeWindow: () => set(false),
    patient,
    async patientRefusal(name, input) {
      try {
        await patient(name, input);
        return 'accepted';
      } catch (e) {
        return (e as { code?: string }).code ?? String(e);
      }
    },
    async presented(kind, witness = false) {
      const { templates, patients } = await call('consent:templates', undefined);
      const template = templates.find((t) => t.kind === kind);
      const patientId = patients[0]?.id;
      if (!template || patientId === undefined) throw new Error(`no template ${kind}, or no patient`);
      const form = await call('consent:start', { patientId, templateId: template.id });
      const values = Object.fromEntries(
        template.fields.map((f) => [
          f.id,
          f.kind === 'date' ? '2026-11-23' : f.options.length > 0 ? (f.options[0] ?? '') : f.value || '如实填写',
        ]),
      );
      await call('consent:fill', { id: form.id, values });
      return call('consent:present', {
        id: form.id,
        signer: { role: 'self', name: '王某某', relation: '', reason: '', idKind: 'none', idNumber: '', phone: '' },
        witness: witness ? { name: '孙某', relation: '同病区家属' } : null,
      });
    },
    async sign(id, writer, { fingerprint = false } = {}) {
      await call('consent:showPatient', { id, writer });
      await patient('patient:allow', { handwriting: true, fingerprint, photo: false });
      for (let n = 0; n < 4; n++) await patient('patient:stroke', { index: n, stroke: stroke(n) });
      await patient('patient:confirm', undefined);
    },
  };
}

/** Every file below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    return statSync(path).isDirectory() ? filesBelow(path) : [path];
  });
}

/** Files in which these bytes stand. */
export const holding = (folder: string, bytes: Uint8Array): string[] =>
  filesBelow(folder).filter((file) => readFileSync(file).includes(Buffer.from(bytes)));
