/** This phone as a device of the co-signing protocol (docs/design/020, 026): its keys in the browser's database, its service the page's own. */
import { asYqError, YqError } from '#core/errors/index.ts';
import { Certificate } from '#core/pki/portable/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import {
  approve,
  CosignService,
  enrol,
  openKey,
  openSecrets,
  refuse,
  scan,
  work,
  type CosignKeyFile,
  type OpenKey,
} from '#core/token/cosign/device/index.ts';
import { serviceClock } from '../net/service-clock.ts';
import { addAct, forgetActs, readActs } from '../store/acts.ts';
import { Database } from '../store/database.ts';
import { browserKeyStore } from '../store/keys.ts';
import { browserProtector } from '../store/protector.ts';
import { nameOfDevice } from './name.ts';
import type { KeyView, Phone } from './types.ts';

export interface PhoneSettings {
  /** The service, which is where the page came from; without a slash at the end. */
  readonly url: string;
  readonly http: HttpClient;
}

/** Shares older than this are renewed after the next approval, as on a PC. */
const REFRESH_MS = 30 * 86_400_000;

function viewOf({ keyId, person, certificate, createdAt, refreshedAt }: CosignKeyFile): KeyView {
  return {
    keyId,
    name: person.name,
    department: person.department,
    validUntil: certificate === null ? null : Certificate.parse(certificate).notAfter.toISOString(),
    createdAt,
    refreshedAt,
  };
}

function damaged(e: unknown): undefined {
  const error = asYqError(e, 'COSIGN_KEY_FILE');
  if (error.code !== 'COSIGN_KEY_FILE') throw error;
}

/** @throws YqError PHONE_STORAGE */
export async function openPhone({ url, http }: PhoneSettings): Promise<Phone> {
  const database = await Database.open();
  const store = browserKeyStore(database);
  const protector = browserProtector(database);
  const clock = serviceClock(url, http);
  const service = new CosignService({ url, http, now: clock.now });

  /** Those that can be read: a damaged one must not keep a new one from being made. */
  const files = async (): Promise<CosignKeyFile[]> =>
    (await Promise.all((await store.list()).map((id) => store.read(id).catch(damaged)))).flatMap((file) => file ?? []);
  const newest = async (): Promise<CosignKeyFile | undefined> =>
    (await files())
      .filter(({ certificate }) => certificate !== null)
      .sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1))[0];
  const held = async () => {
    const file = await newest();
    if (file === undefined) throw new YqError('PHONE_NO_KEY');
    return { keyId: file.keyId, service, secrets: await openSecrets(file, protector) };
  };
  /** The share is in memory for the length of `use`. */
  const withKey = async <T>(pin: string, use: (key: OpenKey) => Promise<T>): Promise<T> => {
    const { keyId, secrets } = await held();
    const key = await openKey(keyId, pin, { store, service, secrets });
    try {
      return await use(key);
    } finally {
      key.close();
      secrets.secret.fill(0);
      secrets.device.privateKey.fill(0);
    }
  };

  return {
    async key() {
      const file = await newest();
      const [lost] = file === undefined && (await files()).length === 0 ? await store.list() : [];
      if (lost !== undefined) throw new YqError('COSIGN_KEY_FILE', { params: { file: lost } });
      return file && viewOf(file);
    },
    async isCutOff() {
      return (await files()).some(({ certificate }) => certificate === null);
    },
    async enrol({ code, pin }) {
      const deviceName = nameOfDevice(navigator.userAgent);
      const request = { code, pin, deviceName, place: 'phone' } as const;
      return viewOf(await enrol(request, { service, store, protector, now: clock.now }));
    },
    keepForGood: async () => (await navigator.storage?.persist?.().catch(() => false)) ?? false,
    async state() {
      const { keyId, secrets } = await held();
      return service.ask('state', keyId, {}, secrets.device);
    },
    async scan(id) {
      const { request, check, expiresAt } = await scan(id, await held());
      const ahead = clock.now().getTime() - Date.now();
      return { request, check, expiresAt: Date.parse(expiresAt) - ahead };
    },
    async refuse(id, reason) {
      await refuse(id, reason, await held());
    },
    approve: ({ request, pin, signal, approved, progress }) =>
      withKey(pin, async (key) => {
        await approve(key, request);
        approved();
        const end = await work(key, request, { signal, onProgress: progress });
        const age = clock.now().getTime() - Date.parse(key.file.refreshedAt);
        // A share that was copied unnoticed is worth nothing afterwards. When it can't be done now, the next approval does it.
        if (age > REFRESH_MS) await key.refresh(clock.now()).catch(() => undefined);
        return end;
      }),
    changePin: (pin, next) => withKey(pin, (key) => key.changePin(next)),
    renew: (pin) => withKey(pin, (key) => key.refresh(clock.now())),
    async remove({ reason, keep }) {
      let stopped = true;
      for (const keyId of await store.list()) {
        if (keyId === keep) continue;
        try {
          const file = await store.read(keyId);
          const { device } = await openSecrets(file, protector);
          // A key without a certificate signs nothing; the service forgets it with its code.
          if (file.certificate !== null) await service.ask('suspend', keyId, { reason }, device);
        } catch (e) {
          const { code } = asYqError(e, 'INTERNAL');
          if (code === 'COSIGN_UNREACHABLE') stopped = false;
        }
        await store.remove(keyId);
      }
      if (keep === undefined) await forgetActs(database);
      return stopped;
    },
    reach: () => clock.ask(),
    acts: () => readActs(database),
    note: (act) => addAct(database, act),
  };
}
