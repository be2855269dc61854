/** What the desk's use cases need of the world; Electron gives it in src/main/index.ts, tests give their own. */
import type { HttpClient } from '#core/pki/types.ts';
import type { EventName, EventPayload } from '#shared/ipc.ts';
import type { Settings } from '#shared/models.ts';
import type { Locations } from '../app/locations.ts';
import type { Log } from '../log/file-log.ts';
import type { Redactor } from '../log/redact.ts';
import type { Configuration } from '../policy/configuration.ts';
import type { Policy } from '../policy/read.ts';
import type { DeskStore } from '../store/store.ts';
import type { SettingsStore } from '../settings/store.ts';
import type { BackendClient } from './backend-client.ts';
import type { TokenAccess } from './token-access.ts';

export type SaveKind = 'pdf' | 'json' | 'jsonl' | 'csv' | 'esl';
export type OpenKind = 'seals' | 'picture' | 'certificates';

export interface Dialogs {
  /** Paths chosen; empty when cancelled. */
  openPdfFiles(): Promise<readonly string[]>;
  /** Undefined when cancelled. */
  openFolder(): Promise<string | undefined>;
  /** Seals (.esl), pictures of seals, certificates; empty when cancelled. */
  openFiles(kind: OpenKind): Promise<readonly string[]>;
  /** Path chosen; undefined when cancelled. */
  saveFile(suggestedName: string, kind: SaveKind): Promise<string | undefined>;
}

export interface RuntimeVersions {
  readonly app: string;
  readonly electron: string;
  readonly chrome: string;
  readonly node: string;
}

export interface DeskPorts {
  readonly locations: Locations;
  /** What the desk keeps; each room lays out its own tables (store/store.ts). */
  readonly store: DeskStore;
  readonly configuration: Configuration;
  readonly policy: Policy;
  readonly versions: RuntimeVersions;
  readonly settings: SettingsStore;
  readonly settingsChanged: (settings: Settings) => void;
  readonly backend: BackendClient;
  readonly tokens: TokenAccess;
  readonly http: HttpClient;
  readonly dialogs: Dialogs;
  readonly copyText: (text: string) => void;
  readonly log: Log;
  readonly redact: Redactor;
  readonly now: () => Date;
  /** Tells the window. */
  readonly tell: <N extends EventName>(name: N, payload: EventPayload<N>) => void;
}
