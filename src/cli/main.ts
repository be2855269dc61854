/** `yiqian` on the command line: `node src/cli/main.ts COMMAND …`. The same core as the desk, no other code path. */
import { leaveMemoryOutOfCoreDumps } from '#core/token/index.ts';
import { runCli } from './run.ts';

// A reader that has seen enough (`… | head`) closes the pipe: that ends the program, it is no fault.
process.stdout.on('error', (e: NodeJS.ErrnoException) => {
  if (e.code === 'EPIPE') process.exit(0);
  throw e;
});

leaveMemoryOutOfCoreDumps();
process.exitCode = await runCli(process.argv.slice(2), process);
