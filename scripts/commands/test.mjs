/**
 * `npm test`: its own set-up, then every suite; the last line is `N passed, N failed` over all of them. Lint and type check count as one test each.
 * With arguments, only the named suites run: lint, types, src, backend, interop, e2e.
 */
import { existsSync, mkdirSync, readFileSync, rmSync } from 'node:fs';
import path from 'node:path';
import { ensureShell } from '../setup/electron.mjs';
import { ensureBuilt, ensureSoftToken } from '../setup/built.mjs';
import { bin, root } from '../setup/places.mjs';
import { run as runProgram } from '../setup/run.mjs';
import { fail, note, say } from '../setup/say.mjs';
import { ensurePrograms } from '../setup/system.mjs';
import { prepareTools } from './prepare.mjs';
import * as lint from './lint.mjs';
import * as typecheck from './typecheck.mjs';

const results = path.join(root, 'test-results');
const STRANGERS = [
  'openssl',
  'qpdf',
  'mutool',
  'pdfsig',
  'certutil',
  'pkcs11-tool',
  'softhsm2-util',
  'java',
  'javac',
  '/usr/share/java/bcprov.jar',
  '/usr/share/java/bcpkix.jar',
  '/usr/share/java/bcutil.jar',
  '/usr/share/java/pdfbox2.jar',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc',
];

/** Everything the tests use beyond the desk's own set-up. */
export async function prepareTests() {
  await prepareTools();
  const missing = await ensurePrograms(STRANGERS, 'strangers’ verifiers and token modules, for the tests', {
    optional: true,
  });
  if (missing.length > 0) note(`Tests that need these will be skipped, and say so: ${missing.join(', ')}`);
  await ensureSoftToken();
}

const suites = {
  lint: async () => passOrFail((await lint.run([])) === 0),
  types: async () => passOrFail((await typecheck.run()) === 0),
  src: () => vitest('src'),
  backend: () => vitest('backend'),
  interop: () => vitest('interop'),
  e2e: () => playwright(),
};

/** Suites that open the built desk. */
const NEED_THE_APP = ['interop', 'e2e'];

export async function run(args) {
  const names = args.filter((a) => a in suites);
  if (names.length < args.length) {
    fail(`Suites: ${Object.keys(suites).join(', ')}`);
    return 64;
  }
  const asked = names.length > 0 ? names : Object.keys(suites);
  await prepareTests();
  if (asked.some((name) => NEED_THE_APP.includes(name))) {
    await ensureShell({ download: false });
    await ensureBuilt();
  }
  rmSync(results, { recursive: true, force: true });
  mkdirSync(results, { recursive: true });
  const total = { passed: 0, failed: 0, skipped: 0 };
  const table = [];
  for (const name of asked) {
    say(`\n── ${name} ${'─'.repeat(60 - name.length)}`);
    const begun = Date.now();
    const counts = await suites[name]();
    for (const key of Object.keys(total)) total[key] += counts[key];
    table.push(
      `  ${name.padEnd(8)} ${String(counts.passed).padStart(5)} passed ${String(counts.failed).padStart(4)} failed ${String(counts.skipped).padStart(4)} skipped  ${((Date.now() - begun) / 1000).toFixed(0)} s`,
    );
  }
  console.log(`\n${table.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

const passOrFail = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

async function vitest(project) {
  const file = path.join(results, `vitest-${project}.json`);
  const { code } = await runProgram(bin('vitest'), [
    'run',
    '--project',
    project,
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${file}`,
  ]);
  if (!existsSync(file)) return passOrFail(false);
  const r = JSON.parse(readFileSync(file, 'utf8'));
  const suiteFailures = r.testResults.filter(
    (f) => f.status === 'failed' && f.assertionResults.every((a) => a.status !== 'failed'),
  ).length;
  const failed = r.numFailedTests + suiteFailures;
  return {
    passed: r.numPassedTests,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: r.numPendingTests + (r.numTodoTests ?? 0),
  };
}

async function playwright() {
  const file = path.join(results, 'playwright.json');
  const { code } = await runProgram(bin('playwright'), ['test', '--reporter=list,json'], {
    env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_JSON_OUTPUT_NAME: file },
  });
  if (!existsSync(file)) return passOrFail(false);
  const { stats } = JSON.parse(readFileSync(file, 'utf8'));
  if (stats.flaky > 0) note(`${stats.flaky} end-to-end specs passed only at the second try.`);
  const failed = stats.unexpected;
  return {
    passed: stats.expected + stats.flaky,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: stats.skipped,
  };
}
