/** One desk without a picture, in a process group of its own: asked like a window asks, killed like a power cut kills. */
import { fork, type ChildProcess } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { PatientCallName, patientCalls } from '../../src/shared/consent.ts';
import type { CallInput, CallName, CallOutput, EventName, EventPayload } from '../../src/shared/ipc.ts';
import type { z } from 'zod';
import type { Hospital } from '../e2e/hospital.ts';
import { arm, pointsPassed, struckAt, type Arming, type Passed, type StruckAt } from './points/death.ts';

/** The process died with a question under way. */
export class DeskDied extends Error {
  override readonly name = 'DeskDied';
}

/** An answer that says no. */
export class Refused extends Error {
  override readonly name = 'Refused';
  readonly code: string;
  constructor(call: string, error: { code: string }) {
    super(`${call}: ${JSON.stringify(error)}`);
    this.code = error.code;
  }
}

/** `at` undefined: killed from outside, `point` says why. */
export type Death = Omit<StruckAt, 'at'> & { readonly at: number | undefined };

type Reply = { readonly ok: true; readonly value: unknown } | { readonly ok: false; readonly error: { code: string } };
interface Waiting {
  readonly resolve: (value: unknown) => void;
  readonly reject: (e: Error) => void;
}

const entry = fileURLToPath(new URL('./windowless/boot.ts', import.meta.url));
const points = new URL('./points/in-process.ts', import.meta.url).href;
const node = fileURLToPath(new URL('../../node_modules/.bin/node', import.meta.url));
const START_TIMEOUT = 60_000;

export interface DeskProcess {
  readonly home: string;
  readonly running: boolean;
  /** Starts it; with `arming` it may die on its way up, which is no fault. */
  start(arming?: Arming): Promise<'up' | 'died'>;
  call<N extends CallName>(name: N, input: CallInput<N>): Promise<CallOutput<N>>;
  patient<N extends PatientCallName>(
    name: N,
    input: z.input<(typeof patientCalls)[N]['input']>,
  ): Promise<z.output<(typeof patientCalls)[N]['output']>>;
  /** Counts points from now on; with `at` > 0 it dies at that one. */
  arm(arming: Arming): void;
  /** Points passed since the arming. */
  points(): Passed;
  /** The next event of that name that fits. Rejects with DeskDied. */
  event<N extends EventName>(name: N, fits?: (payload: EventPayload<N>) => boolean): Promise<EventPayload<N>>;
  /** SIGKILL of the whole group. Settles when it is gone; `why` is what the record says of it. */
  kill(why?: string): Promise<Death>;
  /** Settles when it has died, by itself or by us. */
  readonly died: Promise<Death>;
  /** Ends it as a person does who closes the window. */
  quit(): Promise<void>;
  /** Where it was struck last without dying; undefined: it was not. */
  struck(): StruckAt | undefined;
  /** What it has said on stdout and stderr. */
  said(): string;
  dispose(): Promise<void>;
}

export function deskProcess(hospital: Hospital, env: Readonly<Record<string, string>> = {}): DeskProcess {
  const home = mkdtempSync(join(tmpdir(), 'yq-chaos-desk-'));
  cpSync(join(hospital.home, 'trust'), join(home, 'trust'), { recursive: true });
  const shared = mkdtempSync(join(tmpdir(), 'yq-chaos-points-'));
  let child: ChildProcess | undefined;
  let died: Promise<Death> = Promise.resolve({ at: undefined, point: 'never started', lost: [] });
  let questions = new Map<number, Waiting>();
  let listeners: { readonly name: string; readonly told: (payload: unknown) => void; readonly lost: () => void }[] = [];
  let last = 0;
  let output = '';
  let killed = 'from outside';

  const running = (): ChildProcess => {
    if (!child) throw new DeskDied('the desk is not running');
    return child;
  };
  const send = (order: object): Promise<unknown> =>
    new Promise((resolve, reject) => {
      const id = ++last;
      questions.set(id, { resolve, reject });
      running().send({ ...order, id }, () => undefined); // a channel that closes is told by 'exit'
    });
  const unwrap = (name: string, reply: unknown): unknown => {
    const answer = reply as Reply;
    if (answer.ok) return answer.value;
    throw new Refused(name, answer.error);
  };
  const start = async (arming?: Arming): Promise<'up' | 'died'> => {
    killed = 'from outside';
    arm(shared, arming ?? { at: 0, how: 'kill' });
    const started = fork(entry, [], {
      execPath: node,
      execArgv: ['--disable-warning=ExperimentalWarning', '--import', points],
      detached: true, // a group of its own
      serialization: 'advanced',
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      env: {
        ...process.env,
        ...hospital.env,
        ...env,
        YIQIAN_HOME: home,
        CHAOS_FOLDER: shared,
        CHAOS_ROOT: join(home, 'desk'),
        CHAOS_TOKEN_CONTROL: join(hospital.tokenState, 'control'),
        NODE_COMPILE_CACHE: join(tmpdir(), 'yq-chaos-compiled'),
        NODE_OPTIONS: '',
        VITEST: '',
      },
    });
    child = started;
    for (const stream of [started.stdout, started.stderr]) {
      stream?.on('data', (d: Buffer) => {
        output = (output + d.toString()).slice(-200_000);
      });
    }
    died = new Promise((resolve) => {
      started.once('exit', () => {
        // The group's other members are gone with it, or go now: a token host that outlives its desk would hold the key.
        try {
          process.kill(-started.pid!, 'SIGKILL');
        } catch {
          // None is left.
        }
        child = undefined;
        const open = questions;
        questions = new Map();
        for (const { reject } of open.values()) reject(new DeskDied(`the desk died: ${output.slice(-2000)}`));
        const lost = listeners;
        listeners = [];
        for (const l of lost) l.lost();
        resolve(struckAt(shared) ?? { at: undefined, point: killed, lost: [] });
      });
    });
    const up = new Promise<'up'>((resolve) => {
      started.on('message', (message) => {
        const m = message as { id?: number; reply?: unknown; failed?: string; event?: string; payload?: unknown };
        if ('ready' in m) return void resolve('up');
        if (m.event !== undefined) {
          for (const l of [...listeners]) if (l.name === m.event) l.told(m.payload);
          return;
        }
        const question = questions.get(m.id!);
        questions.delete(m.id!);
        if (m.failed !== undefined) question?.reject(new Error(m.failed));
        else question?.resolve(m.reply);
      });
    });
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        reject(new Error(`the desk does not start: ${output.slice(-4000)}`));
      }, START_TIMEOUT);
    });
    try {
      const how = await Promise.race([up, died, late]);
      if (how === 'up') return 'up';
      if (arming === undefined) throw new Error(`the desk ended at its start: ${output.slice(-4000)}`);
      return 'died';
    } finally {
      clearTimeout(timer);
    }
  };

  const kill = async (why = 'from outside'): Promise<Death> => {
    killed = why;
    if (child?.pid !== undefined) {
      try {
        process.kill(-child.pid, 'SIGKILL');
      } catch {
        // It is dying by itself.
      }
    }
    return died;
  };

  return {
    home,
    get running() {
      return child !== undefined;
    },
    start,
    call: async (name, input) => unwrap(name, await send({ page: 'index', name, input })) as never,
    patient: async (name, input) => unwrap(name, await send({ page: 'patient', name, input })) as never,
    arm: (arming) => {
      arm(shared, arming);
    },
    points: () => pointsPassed(shared),
    event(name, fits = () => true) {
      const { promise, resolve, reject } = Promise.withResolvers<never>();
      promise.catch(() => undefined); // it may die before anybody waits for it
      const listener = {
        name,
        told: (payload: unknown) => {
          if (!fits(payload as never)) return;
          listeners = listeners.filter((l) => l !== listener);
          resolve(payload as never);
        },
        lost: () => {
          reject(new DeskDied(`the desk died while ${name} was waited for`));
        },
      };
      listeners.push(listener);
      return promise;
    },
    kill,
    get died() {
      return died;
    },
    async quit() {
      child?.kill('SIGTERM');
      await died;
    },
    struck: () => struckAt(shared),
    said: () => output,
    async dispose() {
      await kill('disposed of');
      for (const folder of [home, shared])
        rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
    },
  };
}
