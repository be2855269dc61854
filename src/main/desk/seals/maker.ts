/** Making a seal for a hospital's own trust domain: picture, holders, validity, and the maker's key on a token, for one PIN. */
import { randomBytes, randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { asYqError, YqError } from '#core/errors/index.ts';
import { digest } from '#core/crypto/index.ts';
import { Certificate, requestTimeStamp } from '#core/pki/index.ts';
import type { TrustMaterial } from '#core/pki/types.ts';
import { makeSeal, type SealStamper } from '#core/seal/index.ts';
import type { CallInput, CallOutput } from '#shared/ipc.ts';
import type { DeskPorts } from '../ports.ts';
import { saveTo } from '../save.ts';
import type { Drawings } from './drawings.ts';
import type { SealList } from './seal-list.ts';
import type { SealStore } from './store.ts';

const MAX_BYTES = 256 * 1024;
const VENDOR = 'YIQIAN';

export interface SealMaker {
  chooseHolders(): Promise<CallOutput<'seals:chooseHolders'>>;
  make(input: CallInput<'seals:make'>): Promise<CallOutput<'seals:make'>>;
  clear(): void;
}

export interface SealMakerDeps {
  readonly ports: DeskPorts;
  readonly drawings: Drawings;
  readonly list: SealList;
  readonly store: SealStore;
  readonly trust: () => Promise<TrustMaterial>;
}

/** esID: the day and 40 random bits; unique enough for one maker's seals. */
const newNumber = (now: Date): string =>
  `YQ${now.toISOString().slice(0, 10).replaceAll('-', '')}${randomBytes(5).toString('hex').toUpperCase()}`;

export function createSealMaker({ ports, drawings, list, store, trust }: SealMakerDeps): SealMaker {
  const chosen = new Map<string, Certificate>();

  const onTokens = async (): Promise<readonly Certificate[]> => {
    const infos = await ports.tokens.provider.list();
    const keys = await Promise.all(infos.map((info) => ports.tokens.keys(info.id).catch(() => [])));
    return keys.flat().flatMap((k) => k.certificate ?? []);
  };
  const holdersOf = async (asked: readonly string[]): Promise<readonly Certificate[]> => {
    const present = asked.every((h) => chosen.has(h)) ? [] : await onTokens();
    return [...new Set(asked)].map((holder) => {
      const found = chosen.get(holder) ?? present.find((c) => c.serial === holder);
      if (!found) throw new YqError('SEAL_HOLDER_UNKNOWN', { params: { holder } });
      return found;
    });
  };

  /** GM/T 0031-2025: a time stamp over the maker's value. */
  const stamper =
    (roots: TrustMaterial): SealStamper =>
    async (signature) => {
      const { tsaUrl, tsaTimeoutSeconds } = ports.configuration;
      const settings = { url: tsaUrl.value, roots, timeout: tsaTimeoutSeconds.value * 1000 };
      return (await requestTimeStamp(digest('sm3', signature), settings, ports.http, ports.now)).token;
    };

  return {
    async chooseHolders() {
      const found: CallOutput<'seals:chooseHolders'> = [];
      for (const path of await ports.dialogs.openFiles('certificates')) {
        const file = basename(path);
        const bytes = await readFile(path).catch((cause: unknown) => {
          throw new YqError('SIGN_INPUT', { params: { file }, cause });
        });
        if (bytes.length > MAX_BYTES) throw new YqError('PKI_PARSE', { detail: `${file}: ${bytes.length} bytes` });
        let certificates: readonly Certificate[];
        try {
          certificates = Certificate.parseAll(new Uint8Array(bytes));
        } catch (e) {
          throw asYqError(e, 'PKI_PARSE');
        }
        for (const c of certificates) {
          const handle = randomUUID();
          chosen.set(handle, c);
          found.push({ handle, commonName: c.commonName, serial: c.serial, notAfter: c.notAfter.toISOString() });
        }
      }
      return found;
    },
    async make({ name, type, picture, holders, validFrom, validTo, maker }) {
      // Everything that can be wrong is found before the key is used, and where to put it is asked before too.
      const [from, to] = [new Date(validFrom), new Date(validTo)];
      if (!(from < to)) throw new YqError('SEAL_VALIDITY');
      const certificates = await holdersOf(holders);
      const drawn = await drawings.pictureOf(picture);
      const { key } = await ports.tokens.find(maker.tokenId, maker.keyId);
      const path = await ports.dialogs.saveFile(`${name.replace(/[^\p{L}\p{N}_-]/gu, '_').slice(0, 60)}.esl`, 'esl');
      if (path === undefined) return { path: null, seal: null };
      const now = ports.now();
      const version = ports.configuration.sealVersion.value;
      const trusted = await trust();
      const der = await ports.tokens.withLogin(maker.tokenId, maker.pin, async (token) =>
        makeSeal(
          {
            version,
            id: newNumber(now),
            vendor: VENDOR,
            type,
            name,
            signers: { kind: 'certificates', certificates },
            createdAt: now,
            validFrom: from,
            validTo: to,
            picture: drawn,
          },
          await ports.tokens.signer(token, key, maker.pin),
          { trust: trusted, now, ...(version === 5 && { stamp: stamper(trusted) }) },
        ),
      );
      await saveTo(path, der);
      ports.log.write('info', 'seal made', { type, holders: certificates.length });
      return { path, seal: await list.view(store.keep(der)) };
    },
    clear() {
      chosen.clear();
    },
  };
}
