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
  rmSync(results, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
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
  if (secondTries.length > 0) console.log(`\nPassed only at the second try:\n  ${secondTries.join('\n  ')}`);
  if (failures.length > 0) console.log(`\nFailed:\n  ${failures.join('\n  ')}`);
  console.log(`\n${table.join('\n')}\n`);
  console.log(`${total.passed} passed, ${total.failed} failed${total.skipped > 0 ? `, ${total.skipped} skipped` : ''}`);
  return total.failed > 0 || total.passed === 0 ? 1 : 0;
}

const passOrFail = (ok) => ({ passed: ok ? 1 : 0, failed: ok ? 0 : 1, skipped: 0 });

/** Every failure once more at the very end, where a long log is read first. */
const failures = [];
const secondTries = [];

/** Runs a vitest project; files that fail get a second run of their own, alone, and what passes only then is named. */
async function vitest(project) {
  const first = await vitestRun(project, []);
  if (first.failed === 0) return first.counts;
  // An error that nobody caught belongs to no file: then the whole project is run again.
  const files = first.failures.unhandled.length > 0 ? [] : first.failures.files.map(({ file }) => file);
  note(`${project}: ${first.failed} failed; running ${files.length > 0 ? files.length : 'all'} file(s) a second time.`);
  const second = await vitestRun(project, files);
  if (second.failed > 0 || second.counts.passed === 0) {
    failures.push(...named(project, second.failures));
    if (second.failed === 0) failures.push(`${project}: nothing ran the second time`);
    return { ...first.counts, failed: Math.max(1, second.failed) };
  }
  secondTries.push(...named(project, first.failures));
  return { ...first.counts, passed: first.counts.passed + first.failedTests, failed: 0 };
}

async function vitestRun(project, files) {
  const file = path.join(results, `vitest-${project}.json`);
  const failed = path.join(results, `vitest-${project}-failures.json`);
  for (const old of [file, failed]) rmSync(old, { force: true });
  const { code } = await runProgram(
    bin('vitest'),
    [
      'run',
      '--project',
      project,
      '--reporter=default',
      '--reporter=json',
      `--reporter=${path.join(root, 'scripts/test/failures-reporter.mjs')}`,
      `--outputFile.json=${file}`,
      ...files,
    ],
    { env: { YIQIAN_FAILURES: failed } },
  );
  const seen = existsSync(failed) ? JSON.parse(readFileSync(failed, 'utf8')) : { files: [], unhandled: [] };
  if (!existsSync(file)) {
    return { counts: passOrFail(false), failed: 1, failedTests: 0, failures: { ...seen, unhandled: [`exit ${code}`] } };
  }
  const r = JSON.parse(readFileSync(file, 'utf8'));
  const beside = seen.files.filter(({ tests }) => tests.length === 0).length;
  const sum = r.numFailedTests + beside + seen.unhandled.length;
  const count = sum === 0 && code !== 0 ? 1 : sum;
  return {
    counts: { passed: r.numPassedTests, failed: count, skipped: r.numPendingTests + (r.numTodoTests ?? 0) },
    failed: count,
    failedTests: r.numFailedTests,
    failures: count > 0 && sum === 0 ? { ...seen, unhandled: [`vitest ended with ${code}`] } : seen,
  };
}

function named(project, { files, unhandled }) {
  const head = (error) => (error === undefined ? '' : `\n      ${error.split('\n').slice(0, 6).join('\n      ')}`);
  return [
    ...files.flatMap(({ file, tests, errors }) => [
      ...tests.map((test) => `${project} › ${path.relative(root, file)} › ${test.name}${head(test.errors[0])}`),
      ...errors.map((error) => `${project} › ${path.relative(root, file)} (beside its tests)${head(error)}`),
    ]),
    ...unhandled.map((error) => `${project} › an error nobody caught${head(error)}`),
  ];
}

/**
 * The desk's own specs start an app each and run one after the other; the screens, which only need a browser, side by side. A spec that
 * fails is tried once more (browsers die under load), and is named when it needed that.
 */
async function playwright() {
  const desk = await playwrightRun('desk', ['test/e2e', 'test/stand-in', '--workers=1']);
  const screens = await playwrightRun('screens', ['test/renderer', '--workers=2', '--fully-parallel']);
  return Object.fromEntries(Object.keys(desk).map((key) => [key, desk[key] + screens[key]]));
}

async function playwrightRun(name, args) {
  const file = path.join(results, `playwright-${name}.json`);
  const { code } = await runProgram(
    bin('playwright'),
    ['test', ...args, '--retries=1', '--reporter=list,json', `--output=${path.join(results, `files-${name}`)}`],
    { env: { PLAYWRIGHT_JSON_OUTPUT_FILE: file, PLAYWRIGHT_JSON_OUTPUT_NAME: file } },
  );
  if (!existsSync(file)) return passOrFail(false);
  const { stats, suites: tree } = JSON.parse(readFileSync(file, 'utf8'));
  for (const { title, file: where, status, error } of specsOf(tree)) {
    const line = `e2e › ${where} › ${title}${error === undefined ? '' : `\n      ${error.split('\n').slice(0, 8).join('\n      ')}`}`;
    if (status === 'unexpected') failures.push(line);
    if (status === 'flaky') secondTries.push(line);
  }
  const failed = stats.unexpected;
  return {
    passed: stats.expected + stats.flaky,
    failed: failed === 0 && code !== 0 ? 1 : failed,
    skipped: stats.skipped,
  };
}

function specsOf(tree) {
  return tree.flatMap((suite) => [
    ...specsOf(suite.suites ?? []),
    ...(suite.specs ?? []).flatMap((spec) =>
      spec.tests.map((test) => ({
        title: spec.title,
        file: spec.file,
        status: test.status,
        error: test.results.find((result) => result.error !== undefined)?.error?.message,
      })),
    ),
  ]);
}
