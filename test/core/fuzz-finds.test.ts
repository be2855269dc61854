/** Inputs that fuzzing (`npm run fuzz`) once found trouble with: each is run against its target for ever after. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { mutate } from '../fuzz/mutate.ts';
import { randomOf } from '../fuzz/random.ts';
import { isRefusal, makeTargets, type Target } from '../fuzz/targets.ts';

const folder = join(import.meta.dirname, '../fuzz/finds');
const finds = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.bin')) : [];
/** Seeds of the short run: the same on every machine. */
const SEEDS = [1, 2];
const ROUNDS = 40;

let targets: Readonly<Record<string, Target>>;
beforeAll(async () => {
  targets = await makeTargets();
});

async function harmless(target: Target, input: Uint8Array): Promise<void> {
  try {
    await target.run(input);
  } catch (e) {
    if (!isRefusal(e)) throw e;
  }
}

describe.runIf(finds.length > 0)('what fuzzing found', () => {
  it.each(finds)('%s', async (name) => {
    const target = targets[name.replace(/-[0-9a-f]{12}\.bin$/, '')];
    if (target === undefined) throw new Error(`${name} names no target`);
    await harmless(target, new Uint8Array(readFileSync(join(folder, name))));
  });
});

it('a short run over every target finds nothing', { timeout: 120_000 }, async () => {
  let runs = 0;
  for (const target of Object.values(targets)) {
    for (const seed of SEEDS) {
      const random = randomOf(seed);
      for (let i = 0; i < ROUNDS; i++) {
        const base = target.seeds[Math.floor(random() * target.seeds.length)] ?? new Uint8Array();
        await harmless(target, mutate(target.seeds, base, target.kind, random));
        runs++;
      }
    }
  }
  expect(runs).toBe(Object.keys(targets).length * SEEDS.length * ROUNDS);
});
