/**
 * The desk's own use cases on Node, without Electron and without a window: real store, real files, real workers, real token hosts, a real
 * record service at the other end. What a window would be told is collected.
 */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { forkHost, joinProviders, loadProfiles, phoneProvider, pkcs11Provider } from '../../../src/core/token/index.ts';
import type { HttpClient } from '../../../src/core/pki/types.ts';
import { locate } from '../../../src/main/app/locations.ts';
import { threadWorker, type WorkChannel } from '../../../src/main/batch/index.ts';
import type { ConsentWorld } from '../../../src/main/consent/index.ts';
import { createBackendClient, type BackendClient } from '../../../src/main/desk/backend-client.ts';
import { createCaCache } from '../../../src/main/desk/ca-cache.ts';
import { createDocumentStore } from '../../../src/main/desk/documents.ts';
import { createDesk, type Desk } from '../../../src/main/desk/index.ts';
import type { DeskPorts } from '../../../src/main/desk/ports.ts';
import { createTokenAccess } from '../../../src/main/desk/token-access.ts';
import { readTrustFolder } from '../../../src/main/desk/trust.ts';
import { createRedactor } from '../../../src/main/log/redact.ts';
import { createEventStream } from '../../../src/main/net/event-stream.ts';
import { createHttpClient, createPutClient } from '../../../src/main/net/http-client.ts';
import { configure } from '../../../src/main/policy/configuration.ts';
import { createSettingsStore } from '../../../src/main/settings/store.ts';
import { openStore } from '../../../src/main/store/store.ts';
import { driversToLoad } from '../../../src/main/tokens/drivers.ts';
import { threadChannel } from '../../../src/core/verify/folder/index.ts';
import {
  events,
  type CallInput,
  type CallName,
  type CallOutput,
  type EventName,
  type EventPayload,
} from '../../../src/shared/ipc.ts';

const root = fileURLToPath(new URL('../../../', import.meta.url));

export interface NodeDesk {
  readonly desk: Desk;
  readonly ports: DeskPorts;
  readonly home: string;
  readonly signed: string;
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  /** The code of the error, or 'accepted'. */
  refusal<N extends CallName>(name: N, input: CallInput<N>): Promise<string>;
  told<N extends EventName>(name: N): readonly EventPayload<N>[];
  /** Settles at the next event of that name that fits. */
  event<N extends EventName>(name: N, fits?: (payload: EventPayload<N>) => boolean): Promise<EventPayload<N>>;
  signIn(pin?: string): Promise<void>;
  /** Hex SM3 of an open document. */
  sm3(handle: string): string;
  /** Names in the folder of signed documents, hidden ones too. */
  files(): string[];
  /** What was put into the clipboard. */
  readonly copied: readonly string[];
  /** Lines of the log: event and code. */
  readonly log: readonly string[];
  close(): Promise<void>;
}

export interface NodeDeskOptions {
  /** Data directory; kept by the caller, so that a desk can be opened again on it. */
  readonly home: string;
  /** Folder of PEM roots, copied once. */
  readonly trust: string;
  readonly env: Readonly<Record<string, string>>;
  readonly backend?: (real: BackendClient) => BackendClient;
  readonly http?: (real: HttpClient) => HttpClient;
  readonly spawnWorker?: () => WorkChannel;
  /** The patient's window. */
  readonly consentWorld?: ConsentWorld;
  /** What the person chooses in a dialog for files. */
  readonly openFiles?: () => readonly string[];
  readonly now?: () => Date;
}

export async function openNodeDesk(options: NodeDeskOptions): Promise<NodeDesk> {
  const { home, env } = options;
  mkdirSync(join(home, 'desk'), { recursive: true });
  cpSync(options.trust, join(home, 'trust'), { recursive: true });
  const now = options.now ?? ((): Date => new Date());
  const locations = locate({
    env: { YIQIAN_HOME: home },
    userData: join(home, 'desk'),
    appPath: root,
    packaged: false,
    resourcesPath: '',
  });
  const configuration = configure({
    policy: { state: 'absent', file: '', values: {} },
    env,
    trustDirectory: locations.trust,
  });
  const realHttp = createHttpClient(fetch);
  const http = options.http?.(realHttp) ?? realHttp;
  const ca = createCaCache({ http, mirror: configuration.backendUrl.value, now });
  const profiles = loadProfiles(join(locations.resources, 'vendor-profiles'));
  const drivers = pkcs11Provider({
    drivers: driversToLoad(configuration, profiles),
    profiles,
    deadlines: { sign: configuration.tokenTimeoutSeconds.value * 1000 },
    spawnHost: forkHost(),
  });
  const phones = phoneProvider({
    url: configuration.backendUrl.value,
    http,
    events: createEventStream(fetch),
    now,
    desk: 'test desk',
  });
  const documents = createDocumentStore();
  const log: string[] = [];
  const copied: string[] = [];
  const told: { readonly name: EventName; readonly payload: unknown }[] = [];
  const listeners = new Set<(name: EventName, payload: unknown) => void>();
  const backend = createBackendClient({ url: configuration.backendUrl.value, http, put: createPutClient(fetch) });
  const store = openStore(locations.store);
  const ports: DeskPorts = {
    locations,
    store,
    configuration,
    policy: { state: 'absent', file: '', values: {} },
    versions: { app: '0', electron: '', chrome: '', node: process.versions.node },
    settings: createSettingsStore({
      store,
      formerFile: join(home, 'settings.json'),
      fixed: {},
      locked: [],
      defaults: { language: 'zh', theme: 'system' },
    }),
    settingsChanged: () => undefined,
    backend: options.backend?.(backend) ?? backend,
    tokens: createTokenAccess({
      provider: joinProviders(drivers, phones),
      redeem: (ticket, list) => phones.redeem(ticket, list),
      trust: async () => (await readTrustFolder(configuration.trustDirectory.value)).trust,
      fetchIssuer: (leaf) => ca.issuer(leaf),
      now,
    }),
    http,
    dialogs: {
      openPdfFiles: () => Promise.resolve([]),
      openFolder: () => Promise.resolve(undefined),
      openFiles: () => Promise.resolve(options.openFiles?.() ?? []),
      saveFile: () => Promise.resolve(undefined),
    },
    copyText: (text) => void copied.push(text),
    log: {
      write: (level, event, detail) => void log.push(`${level} ${event} ${JSON.stringify(detail ?? {})}`),
      error: (event, e) => {
        const { code = '', detail = '', message = '' } = e as { code?: string; detail?: string; message?: string };
        log.push(`error ${event} ${code} ${detail} ${code === '' ? message : ''}`.trim());
      },
    },
    redact: createRedactor(),
    now,
    tell(name, payload) {
      // As the gateway does: what doesn't fit its schema is a fault of ours. Costs main's event loop as much as there.
      const value = events[name].parse(payload);
      told.push({ name, payload: value });
      for (const listener of [...listeners]) listener(name, value);
    },
  };
  const desk = createDesk({
    ports,
    phones,
    documents,
    ca,
    fontFiles: [join(root, 'node_modules/@expo-google-fonts/noto-sans-sc/400Regular/NotoSansSC_400Regular.ttf')],
    handFiles: [],
    spawnJudge: () => threadChannel(),
    spawnWorker: options.spawnWorker ?? (() => threadWorker()),
    ...(options.consentWorld && { consentWorld: options.consentWorld }),
  });
  await desk.start();
  const call = async <N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>> =>
    (await (desk.handlers[name] as (i: unknown) => unknown)(input)) as CallOutput<N>;
  return {
    desk,
    ports,
    home,
    signed: locations.signed,
    copied,
    log,
    call,
    async refusal(name, input) {
      try {
        await call(name, input);
        return 'accepted';
      } catch (e) {
        return (e as { code?: string }).code ?? String(e);
      }
    },
    told: (name) => told.filter((t) => t.name === name).map((t) => t.payload) as never,
    event: (name, fits = () => true) =>
      new Promise((resolve) => {
        const listener = (n: EventName, payload: unknown): void => {
          if (n !== name || !fits(payload as never)) return;
          listeners.delete(listener);
          resolve(payload as never);
        };
        listeners.add(listener);
      }),
    async signIn(pin = '123456') {
      const { tokens } = await call('tokens:list', undefined);
      const [token, key] =
        tokens.flatMap((t) => t.keys.filter((k) => k.unusable === null).map((k) => [t, k] as const))[0] ?? [];
      if (!token || !key) throw new Error('no key can sign');
      await call('session:signIn', { tokenId: token.id, keyId: key.keyId, pin });
      await call('worklist:get', { refresh: true });
    },
    sm3: (handle) => documents.get(handle)?.sm3 ?? '',
    files: () => {
      try {
        return readdirSync(locations.signed).sort();
      } catch {
        return [];
      }
    },
    close: () => desk.stop(),
  };
}
