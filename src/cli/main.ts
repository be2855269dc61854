/** `yiqian` on the command line: `node src/cli/main.ts COMMAND …`. The same core as the desk, no other code path. */
import { runCli } from './run.ts';

process.exitCode = await runCli(process.argv.slice(2), process);
