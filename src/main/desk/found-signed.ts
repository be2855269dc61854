/**
 * After the store was damaged: signed documents in the folder that the restored queue knows nothing of. Their name tells record and
 * version, their bytes tell what was signed and with which certificate. Who they belong to is known when that certificate signs in; then
 * they are queued. The service takes a document it has already as done, so one too many does no harm.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sm3, toHex } from '#core/crypto/index.ts';
import { bytesSource, readPdf } from '#core/pdf/index.ts';
import { findSignerCertificate, parseSignedData, trimDerPadding } from '#core/pki/index.ts';
import type { Log } from '../log/file-log.ts';
import { layOut, type DeskStore } from '../store/store.ts';
import type { UploadQueue } from './upload-queue.ts';

const layout: readonly string[] = [
  `CREATE TABLE found_signed (
     file TEXT PRIMARY KEY,
     record_id TEXT NOT NULL,
     version INTEGER NOT NULL,
     -- Digests of what may have been there before, by a blank: with and without the line end that closes it.
     sm3_before TEXT NOT NULL,
     sm3_after TEXT NOT NULL,
     serial TEXT NOT NULL
   ) STRICT`,
];

const DAY = 24 * 3_600_000;
/** As the desk names them: record, version, time. */
const NAME = /^(.+)-v(\d{1,7})-\d{17}\.pdf$/;

export interface FoundSigned {
  /**
   * Looks through the folder for what the queue does not know and what is not older than the copy that took the store's place (ISO
   * 8601; undefined: all). Gives how many were found; a file that can't be read is left out.
   */
  search(since: string | undefined): Promise<number>;
  /**
   * Queues what was signed with this certificate and the service does not have. `documentSm3` asks the service for the digest of a
   * version's document. Never rejects: what can't be queued now stays for the next sign-in.
   */
  claim(
    personId: string,
    serial: string,
    documentSm3: (recordId: string, version: number) => Promise<string>,
  ): Promise<number>;
}

interface FoundSignedDeps {
  readonly store: DeskStore;
  readonly queue: UploadQueue;
  readonly folder: string;
  readonly log: Log;
}

export function createFoundSigned({ store, queue, folder, log }: FoundSignedDeps): FoundSigned {
  const { db } = store;
  layOut(store, 'found-signed', layout);
  const settle = (row: Record<string, unknown>, personId: string, present: string): boolean => {
    const file = String(row['file']);
    const after = String(row['sm3_after']);
    const before = String(row['sm3_before']).split(' ');
    return store.transaction(() => {
      // Two sign-ins may ask at once: whoever takes the row settles it.
      if (db.prepare('DELETE FROM found_signed WHERE file = ?').run(file).changes === 0) return false;
      const isThere = present === after;
      if (!isThere) {
        const id = queue.begin({
          recordId: String(row['record_id']),
          version: Number(row['version']),
          personId,
          file,
          // Neither: the record has moved on; the service says so, and the person sees it.
          sm3Before: before.find((sm3) => sm3 === present) ?? before[0] ?? '',
        });
        queue.signed(id, after);
      }
      return !isThere;
    });
  };
  return {
    async search(since) {
      // A day's grace: a clock that was set, a copy that was begun before it was written.
      const from = since === undefined ? 0 : Date.parse(since) - DAY;
      const known = new Set(queue.all().map((entry) => entry.file));
      const names = (await readdir(folder).catch(() => [])).filter((name) => NAME.test(name));
      let found = 0;
      for (const name of names.sort()) {
        const file = join(folder, name);
        if (known.has(file) || (await stat(file)).mtimeMs < from) continue;
        const told = await readSigned(file).catch((e: unknown) => {
          log.error('found signed', e);
          return undefined;
        });
        const [, record = '', version = ''] = NAME.exec(name) ?? [];
        if (!told) continue;
        found += Number(
          db
            .prepare('INSERT OR IGNORE INTO found_signed VALUES (?, ?, ?, ?, ?, ?)')
            .run(file, record, Number(version), told.sm3Before, told.sm3After, told.serial).changes,
        );
      }
      return found;
    },
    async claim(personId, serial, documentSm3) {
      let queued = 0;
      try {
        const rows = db.prepare('SELECT * FROM found_signed WHERE serial = ? ORDER BY file').all(serial);
        for (const row of rows) {
          const present = await documentSm3(String(row['record_id']), Number(row['version']));
          if (settle(row, personId, present)) queued++;
        }
      } catch (e) {
        log.error('found signed', e);
      }
      return queued;
    },
  };
}

/** What a signed document tells of its last signature; undefined where it has none of a person. */
async function readSigned(
  file: string,
): Promise<{ readonly sm3Before: string; readonly sm3After: string; readonly serial: string } | undefined> {
  const bytes = new Uint8Array(await readFile(file));
  const pdf = await readPdf(bytesSource(bytes));
  const signature = (await pdf.signatures()).filter((s) => s.subFilter !== 'ETSI.RFC3161').at(-1);
  if (!signature) return undefined;
  const view = parseSignedData(trimDerPadding(signature.contents));
  const [signer] = view.signerInfos;
  const certificate = signer && findSignerCertificate(signer.sid, view.certificates);
  // What was there before the increment that holds the signature.
  const before = pdf.revisions.findLast((r) => r.end <= signature.objectOffset);
  if (!certificate || !before) return undefined;
  return {
    sm3Before: [...new Set([before.end, before.eof])].map((end) => toHex(sm3(bytes.subarray(0, end)))).join(' '),
    sm3After: toHex(sm3(bytes)),
    serial: certificate.serial,
  };
}
