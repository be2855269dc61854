/**
 * What failed in a vitest run, as JSON in YIQIAN_FAILURES: tests, files that failed beside their tests (a hook, an import), and errors
 * that nobody caught. The end of a long log then names each of them once more, and a second try knows which files to run.
 */
import { writeFileSync } from 'node:fs';

const text = (error) => String(error?.stack ?? error?.message ?? error);

export default class FailuresReporter {
  onTestRunEnd(modules, unhandled) {
    const files = [];
    for (const module of modules) {
      const failed = [...module.children.allTests('failed')].map((test) => ({
        name: test.fullName,
        errors: test.result().errors?.map(text) ?? [],
      }));
      const hooks = [...module.errors(), ...[...module.children.allSuites()].flatMap((suite) => suite.errors())];
      if (failed.length > 0 || !module.ok())
        files.push({ file: module.moduleId, tests: failed, errors: hooks.map(text) });
    }
    const file = process.env.YIQIAN_FAILURES;
    if (file) writeFileSync(file, JSON.stringify({ files, unhandled: unhandled.map(text) }));
  }
}
