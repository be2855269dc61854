/** Programs of the operating system. On Debian as root they are installed; elsewhere the command to do so is named. */
import { accessSync, constants, existsSync } from 'node:fs';
import path from 'node:path';
import { run } from './run.mjs';
import { SetupError, step } from './say.mjs';

/** Program or file → Debian package. */
const PACKAGES = {
  'g++': 'g++',
  cc: 'gcc',
  make: 'make',
  python3: 'python3',
  chromium: 'chromium',
  xvfb: 'xvfb',
  openssl: 'openssl',
  qpdf: 'qpdf',
  mutool: 'mupdf-tools',
  pdfsig: 'poppler-utils',
  certutil: 'libnss3-tools',
  'pkcs11-tool': 'opensc',
  'softhsm2-util': 'softhsm2',
  java: 'default-jre-headless',
  javac: 'default-jdk-headless',
  '/usr/share/java/bcprov.jar': 'libbcprov-java',
  '/usr/share/java/bcpkix.jar': 'libbcpkix-java',
  '/usr/share/java/bcutil.jar': 'libbcutil-java',
  '/usr/share/java/pdfbox2.jar': 'libpdfbox2-java',
  '/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc': 'fonts-noto-cjk',
};
const COMMAND_OF = { xvfb: 'Xvfb' };

export function onPath(program) {
  if (path.isAbsolute(program)) return existsSync(program);
  const name = COMMAND_OF[program] ?? program;
  return (process.env.PATH ?? '').split(path.delimiter).some((folder) => {
    try {
      accessSync(path.join(folder, name), constants.X_OK);
      return true;
    } catch {
      return false;
    }
  });
}

const canInstall = () => process.platform === 'linux' && process.getuid?.() === 0 && onPath('apt-get');

/** Makes sure that the programs are there. With `optional`, missing ones are given back instead of ending the set-up. */
export async function ensurePrograms(programs, why, { optional = false } = {}) {
  const missing = programs.filter((p) => !onPath(p));
  if (missing.length === 0) return [];
  const packages = [...new Set(missing.map((p) => PACKAGES[p] ?? p))];
  if (canInstall()) {
    await step(`Debian packages: ${packages.join(' ')}`, why, async () => {
      const env = { DEBIAN_FRONTEND: 'noninteractive' };
      await run('apt-get', ['update', '-qq'], { capture: true, env });
      const { code, output } = await run('apt-get', ['install', '-y', '-qq', '--no-install-recommends', ...packages], {
        capture: true,
        env,
      });
      if (code !== 0 && !optional)
        throw new SetupError(`apt-get could not install ${packages.join(' ')}:\n${output.slice(-2000)}`);
    });
  }
  const still = missing.filter((p) => !onPath(p));
  if (still.length > 0 && !optional) {
    throw new SetupError(
      `Missing: ${still.join(', ')} (${why}).\n  On Debian or Ubuntu: sudo apt-get install -y ${packages.join(' ')}\n  Then run the same command again.`,
    );
  }
  return still;
}
