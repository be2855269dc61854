/** Everything of the backend but the network: store, keys, CA, time stamps, persons, records, seals. The server and the demo set-up share it. */
import { existsSync } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { randomBytes, toHex } from '#core/crypto/index.ts';
import { AuditChains } from './audit/chains.ts';
import { Authority } from './ca/authority.ts';
import { openHierarchy, type Hierarchy } from './ca/hierarchy.ts';
import { fileKeys, type KeyVault } from './ca/keys.ts';
import { Revocation } from './ca/revocation.ts';
import { ownTrust, type Trust } from './ca/trust.ts';
import { openConsents, type Consenting } from './consent/index.ts';
import { openCosign, type CosignRoom } from './cosign/index.ts';
import { keyShareVault } from './cosign/share-vault.ts';
import { Persons } from './login/persons.ts';
import { Sessions } from './login/sessions.ts';
import { openPhone, type PhoneRoom } from './phone/index.ts';
import type { Forms } from './records/forms.ts';
import { Register } from './records/register.ts';
import { RecordRules } from './records/rules.ts';
import { Trace } from './records/trace.ts';
import { demoForms } from './demo/records/index.ts';
import { Seals } from './seals/seals.ts';
import { Counter } from './store/counters.ts';
import { Store, text } from './store/database.ts';
import { Documents } from './store/documents.ts';

export interface RoomsSettings {
  /** Everything the backend keeps; made when absent. */
  readonly dataDir: string;
  readonly clock?: () => Date;
  /** Where others reach this backend, as it stands in the certificates (CRL, AIA). No slash at the end. */
  readonly publicUrl?: string;
  readonly organization?: string;
  /** Keys of the CA and of the time stamp service; PKCS#8 files in the data directory unless given. Closed with the rooms. */
  readonly vault?: KeyVault;
}

export interface Rooms {
  readonly backendId: string;
  /** Also in the file admin-secret of the data directory, for the administrator. */
  readonly adminSecret: string;
  readonly clock: () => Date;
  readonly store: Store;
  readonly vault: KeyVault;
  readonly hierarchies: readonly Hierarchy[];
  readonly authority: Authority;
  readonly revocation: Revocation;
  readonly trust: Trust;
  readonly timeStampSerials: Counter;
  readonly persons: Persons;
  readonly sessions: Sessions;
  readonly register: Register;
  readonly rules: RecordRules;
  readonly forms: Forms;
  readonly trace: Trace;
  readonly documents: Documents;
  readonly seals: Seals;
  readonly audits: AuditChains;
  readonly cosign: CosignRoom;
  readonly phone: PhoneRoom;
  readonly consenting: Consenting;
  close(): Promise<void>;
}

/** In the data directory: rules of the record types. */
const RECORD_TYPES = 'record-types.json';

/** Loopback: a demonstration reaches itself. */
const PUBLIC_URL = 'http://127.0.0.1:8765';

export async function openRooms(settings: RoomsSettings): Promise<Rooms> {
  const { dataDir, clock = () => new Date(), publicUrl = PUBLIC_URL, organization = '示范医院' } = settings;
  await mkdir(dataDir, { recursive: true, mode: 0o700 });
  const rules = recordRules(dataDir);
  const store = new Store(path.join(dataDir, 'backend.sqlite'));
  const vault = settings.vault ?? fileKeys(path.join(dataDir, 'keys'));
  const close = async (): Promise<void> => {
    await vault.close();
    store.close();
  };
  try {
    const documents = await Documents.open(path.join(dataDir, 'documents'));
    const ca = { dir: path.join(dataDir, 'ca'), vault, publicUrl, organization, clock };
    const hierarchies = [await openHierarchy('sm2', ca), await openHierarchy('rsa', ca)];
    const authority = new Authority({ store, hierarchies, publicUrl, organization, clock });
    const revocation = new Revocation({ store, hierarchies, authority, clock });
    const persons = new Persons(store);
    const sessions = new Sessions(store, persons, clock);
    const backendId = setting(store, 'backend id', () => `yiqian-${toHex(randomBytes(8))}`);
    const phone = openPhone({ store, backendId, persons, hierarchies, clock });
    return {
      backendId,
      adminSecret: await secretFile(path.join(dataDir, 'admin-secret')),
      clock,
      store,
      vault,
      hierarchies,
      authority,
      revocation,
      trust: ownTrust(hierarchies, revocation, clock),
      timeStampSerials: new Counter(store, 'time stamp serial', 64),
      persons,
      sessions,
      register: new Register(store),
      rules,
      forms: demoForms,
      trace: new Trace(store),
      documents,
      seals: new Seals(store),
      audits: new AuditChains(store, clock),
      consenting: await openConsents({ dataDir, store, authority, revocation, organization, clock }),
      cosign: openCosign({
        store,
        vault: async () => keyShareVault(await vault.key('cosign-vault', 'rsa')),
        authority,
        hierarchies,
        persons,
        revocation,
        sessions,
        clock,
        hooks: phone.hooks,
      }),
      phone,
      close: () => {
        phone.close();
        return close();
      },
    };
  } catch (e) {
    await close();
    throw e;
  }
}

/** 24 random bytes in hex, made on the first start, readable by the owner alone. */
async function secretFile(file: string): Promise<string> {
  try {
    await writeFile(file, `${toHex(randomBytes(24))}\n`, { mode: 0o600, flag: 'wx', flush: true });
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
  }
  const secret = (await readFile(file, 'utf8')).trim();
  if (secret.length < 32) throw new Error(`${file} holds no secret of 32 characters or more`);
  return secret;
}

/** The hospital's own file where there is one, else the demo's. A file that contradicts itself stops the start. */
function recordRules(dataDir: string): RecordRules {
  const own = path.join(dataDir, RECORD_TYPES);
  return RecordRules.read(existsSync(own) ? own : fileURLToPath(new URL(`./demo/${RECORD_TYPES}`, import.meta.url)));
}

/** A value that is made once and kept. */
function setting(store: Store, name: string, make: () => string): string {
  store.run('INSERT OR IGNORE INTO settings (name, value) VALUES (?, ?)', name, make());
  const row = store.get('SELECT value FROM settings WHERE name = ?', name);
  if (row === undefined) throw new Error(`setting ${name} was not kept`);
  return text(row, 'value');
}
