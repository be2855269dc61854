/** kill -9 of the whole app, as a power cut or the task manager would: main process, browser, token hosts, all at once. */
import { readdirSync, readFileSync } from 'node:fs';
import type { ElectronApplication } from '@playwright/test';

interface Process {
  readonly pid: number;
  readonly parent: number;
  readonly zombie: boolean;
}

/** /proc/<pid>/stat: pid (name) state ppid …; the name may hold blanks and brackets. */
function processes(): Process[] {
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    try {
      const stat = readFileSync(`/proc/${name}/stat`, 'utf8');
      const [state, parent] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return [{ pid: Number(name), parent: Number(parent), zombie: state === 'Z' || state === 'X' }];
    } catch {
      return []; // ended meanwhile
    }
  });
}

function familyOf(root: number): number[] {
  const all = processes();
  const family = [root];
  for (const pid of family) family.push(...all.filter((p) => p.parent === pid).map((p) => p.pid));
  return family;
}

const alive = (pids: readonly number[]): number[] => {
  const living = new Set(
    processes()
      .filter((p) => !p.zombie)
      .map((p) => p.pid),
  );
  return pids.filter((pid) => living.has(pid));
};

/** Only the app's own processes: those started by it, by their ids. Settles when all have ended. */
export async function killApp(app: ElectronApplication): Promise<void> {
  const root = app.process().pid;
  if (root === undefined) throw new Error('the app has no process');
  const family = familyOf(root);
  for (const pid of family) {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
  for (let tries = 0; alive(family).length > 0; tries++) {
    if (tries > 200) throw new Error('processes of the app outlive kill -9');
    await new Promise((ok) => setTimeout(ok, 25));
  }
}
