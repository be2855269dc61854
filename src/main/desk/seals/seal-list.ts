/** The seals at hand: imported ones and those the record service gives the signed-in person, each with the judge's verdict. */
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { asYqError, isYqError, YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { parseSeal, sealLists, verifySeal, type Seal, type SealVerdict } from '#core/seal/index.ts';
import type { SealView } from '#shared/models.ts';
import type { DocumentStore } from '../documents.ts';
import type { DeskPorts } from '../ports.ts';
import type { Session } from '../session.ts';
import type { KeptSeal, SealStore } from './store.ts';

/** A seal with its picture takes some tens of kilobytes. */
const MAX_BYTES = 8 * 1024 * 1024;

export interface SealList {
  list(): Promise<SealView[]>;
  import(): Promise<SealView[]>;
  remove(sealId: string): Promise<SealView[]>;
  /** Fetches the signed-in person's seals; when the service cannot be reached, those it gave last stay. */
  refresh(): Promise<void>;
  /** Throws SEAL_UNKNOWN. */
  find(sealId: string): Seal;
  /** The seal a record type asks for by its esID, when it is at hand and mine. */
  byNumber(esId: string): string | null;
  view(kept: KeptSeal): Promise<SealView>;
}

export interface SealListDeps {
  readonly ports: DeskPorts;
  readonly session: Session;
  readonly store: SealStore;
  readonly documents: DocumentStore;
  readonly trust: () => Promise<TrustMaterial>;
  /** Fetches revocation lists, so that a revoked maker is seen. */
  readonly refreshRevocation: (certificates: readonly Certificate[]) => Promise<void>;
}

const makerOf = (seal: Seal): Certificate | undefined => {
  try {
    return Certificate.parse(seal.makerCertificate);
  } catch {
    return undefined;
  }
};

function holdersOf({ signers }: Seal): string[] {
  if (signers.kind === 'digests') {
    return signers.digests.map(
      (d) => `${d.type} ${Buffer.from(d.value.subarray(0, 8)).toString('hex').toUpperCase()}…`,
    );
  }
  return signers.certificates.map((der) => {
    try {
      return Certificate.parse(der).commonName;
    } catch {
      return '?';
    }
  });
}

/** What I may use first, organisations' before persons', then by name: the same order each time. */
const inOrder = (a: SealView, b: SealView): number =>
  Number(b.mine) - Number(a.mine) || a.type - b.type || a.name.localeCompare(b.name, 'zh') || (a.id < b.id ? -1 : 1);

export function createSealList(deps: SealListDeps): SealList {
  const { ports, session, store, documents } = deps;

  /** A seal that is imported and also given by the service is shown once, as the service's. */
  const atHand = (): readonly KeptSeal[] => {
    const person = session.peek()?.person.id;
    const given = person === undefined ? [] : store.cached(person);
    return [...given, ...store.imported().filter((i) => !given.some((g) => g.id === i.id))];
  };
  const isMine = (seal: Seal): boolean => {
    const certificate = session.peek()?.certificate;
    return certificate !== undefined && sealLists(seal, certificate.der) === true;
  };
  const judge = (seal: Seal, trust: TrustMaterial): SealVerdict => {
    const now = ports.now();
    return verifySeal(seal, { makerTrust: trust, at: now, now });
  };
  const viewOf = (kept: KeptSeal, trust: TrustMaterial): SealView => {
    const { seal } = kept;
    const { verdict, findings } = judge(seal, trust);
    return {
      id: kept.id,
      name: seal.name,
      type: seal.type,
      version: seal.version,
      holders: holdersOf(seal),
      maker: makerOf(seal)?.commonName ?? '?',
      validFrom: seal.validFrom.toISOString(),
      validTo: seal.validTo.toISOString(),
      widthMm: seal.picture.widthMm,
      heightMm: seal.picture.heightMm,
      pictureUrl: documents.addPicture(new Uint8Array(seal.picture.data), seal.picture.format),
      source: kept.source,
      verdict,
      findings: findings.map((f) => ({ ...f })),
      mine: isMine(seal),
    };
  };
  const trustFor = async (seals: readonly KeptSeal[]): Promise<TrustMaterial> => {
    await deps.refreshRevocation(seals.flatMap((k) => makerOf(k.seal) ?? []));
    return deps.trust();
  };
  const list = async (): Promise<SealView[]> => {
    const seals = atHand();
    const trust = await trustFor(seals);
    return seals.map((kept) => viewOf(kept, trust)).sort(inOrder);
  };

  const read = async (path: string): Promise<Uint8Array> => {
    const file = basename(path);
    const bytes = await readFile(path).catch((cause: unknown) => {
      throw new YqError('SIGN_INPUT', { params: { file }, cause });
    });
    if (bytes.length > MAX_BYTES) throw refused(file, new YqError('SEAL_LIMIT'));
    return new Uint8Array(bytes);
  };
  const refused = (file: string, why: YqError): YqError =>
    new YqError('SEAL_REFUSED', {
      params: { file, 'reason.zh': why.text('zh').what, 'reason.en': why.text('en').what },
      cause: why,
      detail: why.detail ?? why.code,
    });

  return {
    list,
    async import() {
      const paths = await ports.dialogs.openFiles('seals');
      if (paths.length === 0) return [];
      const accepted: Uint8Array[] = [];
      for (const path of paths) {
        const der = await read(path);
        const file = basename(path);
        let seal: Seal;
        try {
          seal = parseSeal(der);
        } catch (e) {
          throw refused(file, asYqError(e, 'SEAL_FORMAT'));
        }
        const { findings } = judge(seal, await trustFor([{ id: '', seal, source: 'imported' }]));
        const failed = findings.find((f) => f.verdict === 'FAILED');
        if (failed) {
          throw new YqError('SEAL_REFUSED', {
            params: { file, 'reason.zh': failed.zh, 'reason.en': failed.en },
            detail: failed.detail === undefined ? failed.code : `${failed.code}: ${failed.detail}`,
          });
        }
        accepted.push(der);
      }
      // All of them or none: a person who sees an error must not wonder what was taken.
      for (const der of accepted) store.keep(der);
      ports.log.write('info', 'seals imported', { count: accepted.length });
      return list();
    },
    remove(sealId) {
      store.remove(sealId);
      return list();
    },
    async refresh() {
      const identity = session.peek();
      if (!identity) return;
      try {
        const ders = await ports.backend.seals(identity.bearer);
        const unreadable = store.cache(identity.person.id, ders);
        for (const code of unreadable) ports.log.write('warning', 'seal of the service not readable', { code });
      } catch (e) {
        if (isYqError(e)) ports.log.error('seals', e);
        else throw e;
      }
    },
    find(sealId) {
      const kept = atHand().find((k) => k.id === sealId);
      if (!kept) throw new YqError('SEAL_UNKNOWN');
      return kept.seal;
    },
    byNumber(esId) {
      const now = ports.now();
      const usable = atHand().filter(
        ({ seal }) => seal.id === esId && isMine(seal) && seal.validFrom <= now && now <= seal.validTo,
      );
      // Issued anew: the newest holds.
      usable.sort((a, b) => b.seal.createdAt.getTime() - a.seal.createdAt.getTime());
      return usable[0]?.id ?? null;
    },
    view: async (kept) => viewOf(kept, await trustFor([kept])),
  };
}
