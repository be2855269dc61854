/** A record's life as the record service tells it. A service without it answers 404, which reaches the person as such. */
import { z } from 'zod';
import { lifeVersion, recordLife, recordSection, type RecordLife } from '#shared/life.ts';
import { listedRecord, type ListedRecord } from '../listed-record.ts';
import { LONG, placeOf, type ServiceCalls } from '../service-calls.ts';

const lifeAnswer = recordLife.extend({
  versions: z.array(
    lifeVersion.extend({ signatures: z.array(z.object({ person: z.string(), role: z.string(), at: z.string() })) }),
  ),
});
const mineAnswer = z.object({ records: z.array(listedRecord) });
const madeAnswer = z.object({ version: z.number().int().positive() });
const versionAnswer = z.object({
  document: z.object({ sm3: z.string(), size: z.number() }),
  sections: z.array(recordSection).default([]),
});

export type ToldLife = z.output<typeof lifeAnswer>;
export type ToldVersion = z.output<typeof versionAnswer>;

export interface SectionChange {
  readonly id: string;
  readonly text: string;
}

export interface LifeClient {
  life(token: string, id: string): Promise<ToldLife>;
  /** Returned to me, or signed by me and still to be withdrawn. */
  mine(token: string): Promise<readonly ListedRecord[]>;
  /** The text of one version, with the SM3 of its document. */
  sections(token: string, id: string, version: number): Promise<ToldVersion>;
  /** Makes the next version; gives its number. RECORD_CHANGED when `from` is not the present one any more. */
  edit(
    token: string,
    id: string,
    change: { readonly from: number; readonly sections: readonly SectionChange[]; readonly reason: string },
  ): Promise<number>;
  /** Gives the version that followed. RECORD_NOT_WITHDRAWABLE when the next level has signed. */
  withdraw(token: string, id: string, version: number, reason: string): Promise<number>;
  urge(token: string, id: string, version: number, urgent: boolean, reason: string): Promise<void>;
}

export function lifeClient({ ask, parsed, refuse }: ServiceCalls): LifeClient {
  const record = (id: string): string => `/records/${encodeURIComponent(id)}`;
  return {
    life: async (token, id) => parsed(lifeAnswer, await ask(`${record(id)}/life`, { token })),
    mine: async (token) => parsed(mineAnswer, await ask('/records?state=mine', { token })).records,
    sections: async (token, id, version) => parsed(versionAnswer, await ask(placeOf(id, version), { token })),
    // A new version is rendered while we wait.
    edit: async (token, id, json) =>
      parsed(madeAnswer, await ask(`${record(id)}/versions`, { method: 'POST', token, json, timeout: LONG })).version,
    withdraw: async (token, id, version, reason) =>
      parsed(madeAnswer, await ask(`${placeOf(id, version)}/withdraw`, { method: 'POST', token, json: { reason } }))
        .version,
    async urge(token, id, version, urgent, reason) {
      const r = await ask(`${placeOf(id, version)}/urgent`, { method: 'POST', token, json: { urgent, reason } });
      if (r.status > 299) refuse(r);
    },
  };
}

/** The life as the window sees it; `verdictOf` gives what the judge has said of a version's signatures so far. */
export const lifeView = (
  told: ToldLife,
  verdictOf: (version: number, index: number) => RecordLife['versions'][number]['signatures'][number]['verdict'],
): RecordLife => ({
  ...told,
  versions: told.versions.map((v) => ({
    ...v,
    signatures: v.signatures.map((s, index) => ({ ...s, verdict: verdictOf(v.version, index) })),
  })),
});
