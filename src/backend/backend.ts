/** The reference backend in one piece: opens the store and the keys, joins the rooms, listens. */
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { randomBytes, toHex } from '#core/crypto/index.ts';
import { Authority } from './ca/authority.ts';
import { openHierarchy, type Hierarchy } from './ca/hierarchy.ts';
import { fileKeys, type KeyVault } from './ca/keys.ts';
import { Revocation } from './ca/revocation.ts';
import { adminGuard, caHandlers } from './ca/routes.ts';
import { ownTrust } from './ca/trust.ts';
import { buildApp } from './http/app.ts';
import { description } from './http/openapi.ts';
import { appearanceHandler, loginHandlers } from './login/login.ts';
import { Persons } from './login/persons.ts';
import { Sessions } from './login/sessions.ts';
import { recordsHandlers } from './records/records.ts';
import { Register } from './records/register.ts';
import { signedDocumentCheck } from './records/upload-check.ts';
import { Counter } from './store/counters.ts';
import { Store, text } from './store/database.ts';
import { Documents } from './store/documents.ts';
import { DEMO_POLICY, timeStampService } from './tsa/service.ts';

export interface BackendSettings {
  /** Everything the backend keeps; made when absent. */
  readonly dataDir: string;
  /** 0: any free port. */
  readonly port: number;
  /** Loopback unless told otherwise. */
  readonly host?: string;
  readonly clock?: () => Date;
  /** Where others reach this backend, as it stands in the certificates (CRL, AIA). No slash at the end. */
  readonly publicUrl?: string;
  readonly organization?: string;
  /** Bytes of one uploaded document; 512 MiB by default. */
  readonly maxUpload?: number;
  readonly vault?: KeyVault;
  readonly log?: (line: string) => void;
}

export interface Backend {
  /** http://host:port, no slash at the end. */
  readonly url: string;
  readonly backendId: string;
  readonly adminSecret: string;
  readonly authority: Authority;
  readonly hierarchies: readonly Hierarchy[];
  readonly persons: Persons;
  readonly register: Register;
  readonly documents: Documents;
  close(): Promise<void>;
}

export async function createBackend(settings: BackendSettings): Promise<Backend> {
  const { dataDir, port, host = '127.0.0.1', clock = () => new Date() } = settings;
  const { publicUrl = 'http://127.0.0.1:8765', organization = '示范医院' } = settings;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const store = new Store(path.join(dataDir, 'backend.sqlite'));
  const vault = settings.vault ?? fileKeys(path.join(dataDir, 'keys'));
  const documents = await Documents.open(path.join(dataDir, 'documents'));
  const dir = path.join(dataDir, 'ca');
  const hierarchies = [
    await openHierarchy('sm2', { dir, vault, publicUrl, organization, clock }),
    await openHierarchy('rsa', { dir, vault, publicUrl, organization, clock }),
  ];
  const authority = new Authority({ store, hierarchies, publicUrl, organization, clock });
  const persons = new Persons(store);
  const sessions = new Sessions(store, persons, clock);
  const register = new Register(store);
  const backendId = setting(store, 'backend id', () => `yiqian-${toHex(randomBytes(8))}`);
  const adminSecret = setting(store, 'admin secret', () => toHex(randomBytes(24)));
  const revocation = new Revocation({ store, hierarchies, authority, clock });
  const trust = ownTrust(hierarchies, revocation, clock);
  const serials = new Counter(store, 'time stamp serial', 64);
  const tsa = timeStampService({ hierarchies, serials, clock });
  const app = buildApp(
    {
      health: () => ({
        body: {
          status: 'ok',
          backendId,
          version: description.info.version,
          time: clock().toISOString(),
          tsa: { url: '/tsa', policy: DEMO_POLICY },
        },
      }),
      description: () => ({ body: description }),
      ...loginHandlers({ backendId, persons, sessions, trust, clock }),
      myAppearance: appearanceHandler(persons),
      ...recordsHandlers({
        store,
        register,
        documents,
        clock,
        maxUpload: settings.maxUpload ?? 512 * 1024 * 1024,
        check: signedDocumentCheck(trust, persons, clock),
      }),
      ...caHandlers({ hierarchies, authority, revocation, persons, sessions }),
      timeStamp: async ({ body }) => ({
        type: 'application/timestamp-reply',
        body: await tsa.answer(body as Uint8Array),
      }),
    },
    { session: (bearer) => sessions.require(bearer), admin: adminGuard(adminSecret) },
    settings.log ?? (() => undefined),
  );
  const url = await app.listen({ port, host });
  return {
    url,
    backendId,
    adminSecret,
    authority,
    hierarchies,
    persons,
    register,
    documents,
    close: async () => {
      await app.close();
      await vault.close();
      store.close();
    },
  };
}

/** A value that is made once and kept. */
function setting(store: Store, name: string, make: () => string): string {
  store.run('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)', name, make());
  const row = store.get('SELECT value FROM settings WHERE name = ?', name);
  if (row === undefined) throw new Error(`setting ${name} was not kept`);
  return text(row, 'value');
}
