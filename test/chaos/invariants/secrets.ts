/** Looks for PINs in every file below a folder, in the spellings in which text gets onto a disk. */
import { lstatSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const spellings = (secret: string): Buffer[] => {
  const bytes = Buffer.from(secret, 'utf8');
  return [
    bytes,
    Buffer.from(secret, 'utf16le'),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
    Buffer.from(bytes.toString('hex')),
  ];
};

/** Files that were looked through, as they were then. */
const clean = new Map<string, string>();

/** One line per file and spelling. A file that comes or goes meanwhile is left to the next look. */
export function findSecrets(folder: string, secrets: readonly string[]): string[] {
  const wanted = secrets.flatMap((secret) => spellings(secret));
  const found: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name);
    try {
      const { size, mtimeMs } = lstatSync(path);
      const stamp = `${size} ${mtimeMs}`;
      if (clean.get(path) === stamp) continue;
      const bytes = readFileSync(path);
      if (wanted.some((w) => bytes.includes(w))) found.push(`a PIN stands in ${path.slice(folder.length + 1)}`);
      else clean.set(path, stamp);
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'ENOENT') throw e;
    }
  }
  return found;
}
