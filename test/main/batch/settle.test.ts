/** What a batch says of its records after a death, however far queue and service have come by then. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { createBatches, type BatchesDeps } from '../../../src/main/batch/batches.ts';
import { openJournal } from '../../../src/main/batch/journal.ts';
import { openUploadQueue } from '../../../src/main/desk/upload-queue.ts';
import { openStore } from '../../../src/main/store/store.ts';

it('in hand at the death: signed where the file is there, also when it was handed in before the batch was looked at', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'yq-settle-'));
  const store = openStore(join(folder, 'desk.sqlite'));
  try {
    const now = () => new Date(1_000_000);
    const queue = openUploadQueue(store, now);
    const journal = openJournal(store);
    const names = ['waits for upload', 'handed in', 'half done', 'untouched'];
    journal.create(
      { id: 'B', personId: 'li', keyId: 'K', listId: 'L', digest: 'D', startedAt: now().toISOString() },
      names.map((title, n) => ({
        recordId: `R${n}`,
        version: 1,
        title,
        patientName: '',
        sm3: 'AA',
        item: {
          recordId: `R${n}`,
          version: 1,
          placement: null,
          layout: null,
          sealId: null,
          dropActive: false,
          reason: '',
        },
        reviewed: false,
      })),
    );
    const entries = [0, 1, 2].map((n) => {
      const file = join(folder, `R${n}.pdf`);
      if (n < 2) writeFileSync(file, '%PDF-');
      const row = { recordId: `R${n}`, version: 1, personId: 'li', file, sm3Before: 'AA' };
      return journal.change('B', n, { state: 'in-hand', file }, () => queue.begin(row))!;
    });
    // As uploads.settleBegun leaves it, and as the service takes it when the person is quick to sign in.
    queue.signed(entries[0]!, 'BB');
    queue.signed(entries[1]!, 'BB');
    queue.uploaded(entries[1]!);
    queue.forget(entries[2]!);

    const batches = createBatches({
      ports: { now, log: { write: () => undefined, error: () => undefined } },
      copies: { clean: () => Promise.resolve() },
      journal,
      queue,
      report: () => Promise.reject(new Error('no judge here')),
    } as unknown as BatchesDeps);
    await batches.settle();
    expect(journal.rows('B').map((r) => [r.title, r.state])).toEqual([
      ['waits for upload', 'signed'],
      ['handed in', 'signed'],
      ['half done', 'not-begun'],
      ['untouched', 'not-begun'],
    ]);
    expect(journal.find('B')?.state).toBe('interrupted');
  } finally {
    store.close();
    rmSync(folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 });
  }
});
