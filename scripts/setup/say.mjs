/** What the set-up tells the person at the terminal. On stderr, so that a command's own output stays clean. */
const colour = process.stderr.isTTY ? (code, s) => `\x1b[${code}m${s}\x1b[0m` : (_code, s) => s;

export const say = (line) => process.stderr.write(`${line}\n`);
export const fail = (line) => process.stderr.write(`${colour(31, '✕')} ${line}\n`);
export const note = (line) => process.stderr.write(`${colour(33, '!')} ${line}\n`);

export class SetupError extends Error {
  constructor(message, exitCode = 1) {
    super(message);
    this.exitCode = exitCode;
  }
}

/** Runs one step of the set-up: says what and why, shows that it is alive, and how long it took. */
export async function step(what, why, work) {
  const begun = Date.now();
  say(`${colour(36, '→')} ${what}${why ? colour(2, `  (${why})`) : ''}`);
  const alive = setInterval(() => say(colour(2, `  … ${Math.round((Date.now() - begun) / 1000)} s`)), 15_000);
  try {
    const result = await work();
    say(`${colour(32, '✓')} ${what}  ${((Date.now() - begun) / 1000).toFixed(1)} s`);
    return result;
  } finally {
    clearInterval(alive);
  }
}
