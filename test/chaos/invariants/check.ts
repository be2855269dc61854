/**
 * The invariants, whatever died when: every approved record is signed exactly once, or not at all and still offered; nothing is lost, doubled
 * or half; what the books say agrees with the files; the audit chain holds; no PIN is in any file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { checkAuditChain, entriesOf } from './audit-chain.ts';
import { factsOfRecord, fileFacts, readBackend, readDesk, type BackendFacts, type DeskFacts } from './facts.ts';
import { checkConsents, consentDocuments, isConsentFile } from './consent.ts';
import { findSecrets } from './secrets.ts';

export type Kind = 'lost' | 'doubled' | 'half' | 'disagrees' | 'audit' | 'secret';
export interface Violation {
  readonly kind: Kind;
  readonly what: string;
}

export interface Place {
  /** Folder of the backend's data. */
  readonly backend: string;
  /** The desk's userData. */
  readonly desk: string;
}

export interface Question extends Place {
  /** Record and version of everything that was ever in an approved list. */
  readonly approved: readonly { readonly recordId: string; readonly version: number }[];
  /** Person id of the signer. */
  readonly person: string;
  /** What must be in no file of the desk: PINs. */
  readonly secrets: readonly string[];
  /** The desk has been started again after its last death and has cleared up; nothing is under way. */
  readonly settled: boolean;
  /** Everything that is signed has been handed in as well. */
  readonly handedIn: boolean;
}

export interface Findings {
  readonly violations: readonly Violation[];
  /** Approved records by how they stand. */
  readonly signed: number;
  readonly pending: number;
  readonly offered: number;
}

/** Names of files that exist only while something is under way. */
const TEMPORARY = /\.part$|\.shown\.pdf$|\.probe|\.tmp$|\.new$|^\.incoming-|-journal$/;

export function check(q: Question): Findings {
  const violations: Violation[] = [];
  const say = (kind: Kind, what: string): void => void violations.push({ kind, what });
  // The desk first: what is handed in between the two looks is then seen twice, and not never.
  const desk = readDesk(q.desk);
  const backend = readBackend(q.backend);

  if (backend.integrity !== 'ok') say('half', `the backend's store: ${backend.integrity}`);
  if (desk.integrity !== 'ok') say('half', `the desk's store: ${desk.integrity}`);
  checkDocuments(backend, q, say);
  checkSignedFolder(backend, desk, q, say);
  const counts = checkRecords(backend, desk, q, say);
  for (const fault of checkAuditChain(desk.books)) say('audit', fault);
  if (q.settled) checkActs(backend, desk, q, say);
  checkConsents(q, q, say);
  if (q.settled) checkLeftovers(q.desk, say);
  for (const where of findSecrets(q.desk, q.secrets)) say('secret', where);
  return { violations, ...counts };
}

type Say = (kind: Kind, what: string) => void;

/** Stored documents are what their names say, are there when a table names them, and nothing half lies among them. */
function checkDocuments({ documents, named: inRecords, leftovers, lines }: BackendFacts, q: Question, say: Say): void {
  const named = new Set([...inRecords, ...consentDocuments(q.backend)]);
  for (const sm3 of named) if (!documents.has(sm3)) say('lost', `the backend names ${sm3} and has no such document`);
  for (const [sm3, path] of documents) {
    const facts = fileFacts(path);
    if (facts.sm3 !== sm3) say('half', `document ${basename(path)} has the SM3 ${facts.sm3}`);
    if (!facts.whole) say('half', `document ${basename(path)} is no whole PDF`);
    if (q.settled && !named.has(sm3)) say('disagrees', `document ${basename(path)} is named by no table`);
  }
  if (q.settled) for (const name of leftovers) say('half', `left over in the backend's documents: ${name}`);

  for (const l of lines.filter(({ state }) => state === 'signed')) {
    const [before, after] = [documents.get(l.sm3Before), documents.get(l.sm3After)];
    if (before === undefined || after === undefined) continue; // said above
    const [was, is] = [readFileSync(before), readFileSync(after)];
    if (!is.subarray(0, was.length).equals(was))
      say('half', `${l.record} v${l.version}: signed bytes do not continue the shown ones`);
    const more = fileFacts(after).signatures - fileFacts(before).signatures;
    if (more !== 1)
      say(more > 1 ? 'doubled' : 'lost', `${l.record} v${l.version}: ${more} signatures more than before`);
  }
}

/** Each file in the folder of signed documents is whole and belongs to a row of the queue or to a receipt; each row has its file. */
function checkSignedFolder(backend: BackendFacts, desk: DeskFacts, q: Question, say: Say): void {
  const taken = new Map(backend.lines.filter((l) => l.state === 'signed').map((l) => [l.sm3After, l]));
  const queued = new Map(desk.queue.map((row) => [row.file, row]));
  const perRecord = new Map<string, string[]>();
  for (const file of desk.signed) {
    if (isConsentFile(file.name) && !TEMPORARY.test(file.name)) continue; // judged by itself
    if (TEMPORARY.test(file.name) || file.name.startsWith('.')) {
      if (q.settled) say('half', `left over in the folder of signed documents: ${file.name}`);
      continue;
    }
    if (!file.whole) say('half', `${file.name} is no whole PDF`);
    const row = queued.get(file.path);
    const line = taken.get(file.sm3);
    if (!row && !line) say('lost', `${file.name} is signed, is in no queue, and the backend has not got it`);
    if (row && row.state !== 'begun' && row.sm3After !== file.sm3)
      say('half', `${file.name}: the queue knows another SM3`);
    const of = row
      ? `${row.record} v${row.version} ${row.person}`
      : line && `${line.record} v${line.version} ${line.person}`;
    if (of !== undefined) perRecord.set(of, [...(perRecord.get(of) ?? []), file.name]);
  }
  for (const [of, files] of perRecord)
    if (files.length > 1) say('doubled', `${of} is signed ${files.length} times: ${files.join(', ')}`);

  const present = new Set(desk.signed.map((f) => f.path));
  for (const row of desk.queue) {
    if (row.state === 'begun') {
      if (q.settled) say('disagrees', `${row.record} v${row.version}: still begun after a new start`);
    } else if (!present.has(row.file))
      say('lost', `${row.record} v${row.version}: the queue names ${basename(row.file)}, which is gone`);
  }
  if (q.handedIn)
    for (const row of desk.queue) say('disagrees', `${row.record} v${row.version}: still ${row.state} in the queue`);
  const sums = new Set(desk.signed.map((f) => f.sm3));
  for (const l of taken.values()) {
    const approved = q.approved.some((a) => a.recordId === l.record && a.version === l.version);
    if (approved && l.person === q.person && !sums.has(l.sm3After))
      say('disagrees', `${l.record} v${l.version}: taken by the backend, its file is gone from the desk`);
  }
}

/** Each approved record stands in exactly one way. */
function checkRecords(backend: BackendFacts, desk: DeskFacts, q: Question, say: Say) {
  let [signed, pending, offered] = [0, 0, 0];
  for (const { recordId, version } of q.approved) {
    const mine = backend.lines.filter((l) => l.record === recordId && l.version === version && l.person === q.person);
    const done = mine.filter((l) => l.state === 'signed').length;
    const waits = mine.filter((l) => l.state === 'waiting').length;
    const rows = desk.queue.filter(
      (r) => r.record === recordId && r.version === version && r.person === q.person && r.state === 'pending',
    );
    if (done > 1) say('doubled', `${recordId} v${version}: ${done} signatures of one person in the books`);
    if (rows.length > 1) say('doubled', `${recordId} v${version}: ${rows.length} rows in the queue`);
    if (done > 0) signed += 1;
    else if (rows.length > 0) pending += 1;
    else if (waits > 0) offered += 1;
    else say('lost', `${recordId} v${version}: neither signed, nor waiting for upload, nor offered`);
  }
  return { signed, pending, offered };
}

/** Every signature of this desk is an act in its audit chain, once. */
function checkActs(backend: BackendFacts, desk: DeskFacts, q: Question, say: Say): void {
  const acts = entriesOf(desk.books).filter((e) => e['act'] === 'sign' && e['result'] === 'done');
  for (const { recordId, version } of q.approved) {
    const { lines, rows } = factsOfRecord(backend, desk, recordId, version, q.person);
    for (const sm3 of [
      ...lines.filter((l) => l.state === 'signed').map((l) => l.sm3After),
      ...rows.filter((r) => r.state === 'pending').map((r) => r.sm3After),
    ].filter((x, i, all) => all.indexOf(x) === i)) {
      const noted = acts.filter((a) => a['after'] === sm3).length;
      if (noted !== 1) say('audit', `${recordId} v${version}: its signature stands ${noted} times in the audit chain`);
    }
  }
}

/** Folders of which everything temporary must be gone after a new start; of `batch` everything, since no list is open then. */
function checkLeftovers(desk: string, say: Say): void {
  const below = (folder: string): string[] =>
    existsSync(join(desk, folder)) ? readdirSync(join(desk, folder), { recursive: true }).map(String) : [];
  for (const name of below('batch')) say('half', `left over of a list: batch/${name}`);
  for (const folder of ['consent-keys', 'backups']) {
    for (const name of below(folder)) if (/\.new$|\.arriving/.test(name)) say('half', `left over: ${folder}/${name}`);
  }
}
