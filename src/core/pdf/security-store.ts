/**
 * The document security store, /DSS (ISO 32000-2, 12.8.4.3; ETSI EN 319 142-1, 5.4.2): certificates and revocation data with which
 * signatures can be judged when their sources are gone. Reading takes whatever can be had and believes nothing; writing appends.
 */
import { digest, toHex } from '#core/crypto/index.ts';
import { isYqError } from '#core/errors/index.ts';
import { damaged } from './failures.ts';
import { Increment } from './increment.ts';
import { dict, isArray, PdfDict, PdfRef, PdfStream, type PdfObject } from './objects.ts';
import { checkSoundness } from './soundness.ts';
import type { PdfFile } from './types.ts';

/** Validation data as bytes: DER certificates, CertificateLists and OCSPResponses. */
export interface StoreMaterial {
  readonly certificates: readonly Uint8Array[];
  readonly crls: readonly Uint8Array[];
  readonly ocspResponses: readonly Uint8Array[];
}

export interface SecurityStore extends StoreMaterial {
  /** Keys of /VRI: which signatures the store says something about. */
  readonly entries: ReadonlySet<string>;
  /** Items that could not be read, or were beyond the limits. */
  readonly left: number;
}

export interface StoreAddition extends StoreMaterial {
  /** What each signature needs, by the key of its entry (`storeKey`); its items need not be repeated in the lists. */
  readonly entries: ReadonlyMap<string, StoreMaterial>;
}

export interface PreparedStore {
  /** To append behind the file. */
  readonly increment: Uint8Array;
  /** What was new. */
  readonly added: { readonly certificates: number; readonly crls: number; readonly ocspResponses: number };
}

/** Items and bytes read from a store at most: 30 years of renewals stay far below. */
const MAX_ITEMS = 2_000;
const MAX_BYTES = 128 << 20;

const KINDS = ['certificates', 'crls', 'ocspResponses'] as const;
type Kind = (typeof KINDS)[number];
const LISTS: Readonly<Record<Kind, string>> = { certificates: 'Certs', crls: 'CRLs', ocspResponses: 'OCSPs' };
const ENTRY_LISTS: Readonly<Record<Kind, string>> = { certificates: 'Cert', crls: 'CRL', ocspResponses: 'OCSP' };

/** Key of a signature's entry in /VRI: the SHA-1 of /Contents as it stands, filling zeros included, in upper case hex. */
export const storeKey = (contents: Uint8Array): string => toHex(digest('sha1', contents)).toUpperCase();

/** What the store of this revision holds; empty when there is none. Never rejects over what a store contains. */
export async function readSecurityStore(file: PdfFile): Promise<SecurityStore> {
  const budget = { items: MAX_ITEMS, bytes: MAX_BYTES, left: 0 };
  const found: Record<Kind, Uint8Array[]> = { certificates: [], crls: [], ocspResponses: [] };
  const entries = new Set<string>();
  const store = await lenient(file, (await catalogOf(file)).get('DSS'));
  if (store instanceof PdfDict) {
    for (const kind of KINDS) {
      for (const { data } of await readList(file, store.get(LISTS[kind]), budget)) found[kind].push(data);
    }
    const validation = await lenient(file, store.get('VRI'));
    if (validation instanceof PdfDict) for (const key of validation.keys()) entries.add(key);
  }
  return { ...found, entries, left: budget.left };
}

interface Budget {
  items: number;
  bytes: number;
  left: number;
}
interface Item {
  readonly ref: PdfRef;
  readonly data: Uint8Array;
}

/** The streams of one list. An item is only believed to be one when it is a stream of its own that can be unpacked. */
async function readList(file: PdfFile, written: PdfObject | undefined, budget: Budget): Promise<readonly Item[]> {
  const list = await lenient(file, written);
  const items: Item[] = [];
  const seen = new Set<number>();
  for (const ref of isArray(list) ? list : []) {
    if (!(ref instanceof PdfRef) || budget.items <= 0 || budget.bytes <= 0) {
      budget.left += 1;
      continue;
    }
    if (seen.has(ref.num)) continue;
    seen.add(ref.num);
    budget.items -= 1;
    const stream = await lenient(file, ref);
    const data = stream instanceof PdfStream ? await unpacked(file, stream) : undefined;
    if (data === undefined) budget.left += 1;
    else {
      budget.bytes -= data.length;
      items.push({ ref, data });
    }
  }
  return items;
}

async function catalogOf(file: PdfFile): Promise<PdfDict> {
  try {
    return await file.catalog();
  } catch (e) {
    if (!isYqError(e)) throw e;
    return new PdfDict();
  }
}

/** Null for what is damaged: a store that cannot be read is a store that says nothing. */
async function lenient(file: PdfFile, value: PdfObject | undefined): Promise<PdfObject> {
  try {
    return await file.resolve(value);
  } catch (e) {
    if (!isYqError(e)) throw e;
    return null;
  }
}

async function unpacked(file: PdfFile, stream: PdfStream): Promise<Uint8Array | undefined> {
  try {
    return await file.streamData(stream);
  } catch (e) {
    if (!isYqError(e)) throw e;
    return undefined;
  }
}

/**
 * The increment that puts `addition` into the file's store: what is there stays, item by item and key by key; what is there already is not
 * written again. Undefined when nothing is new.
 * @throws PDF_DAMAGED when the document is not sound, when the store that is there is no dictionary, or has a key twice
 */
export async function prepareSecurityStore(file: PdfFile, addition: StoreAddition): Promise<PreparedStore | undefined> {
  await checkSoundness(file);
  const catalog = await file.catalog();
  const written = catalog.get('DSS');
  const old = (await file.resolve(written)) ?? new PdfDict();
  if (!(old instanceof PdfDict)) throw damaged('/DSS', 'no dictionary');
  const increment = new Increment(file);
  const lists = await openLists(file, increment, old);
  const changes: Record<string, PdfObject> = {};
  for (const kind of KINDS) {
    const all = [...addition[kind], ...[...addition.entries.values()].flatMap((entry) => entry[kind])];
    for (const data of all) lists[kind].refOf(data);
    if (lists[kind].added > 0) changes[LISTS[kind]] = lists[kind].refs();
  }
  const validation = await mergeEntries(file, old, addition, lists);
  if (validation !== undefined) changes['VRI'] = validation;
  if (Object.keys(changes).length === 0) return undefined;

  const store = old.with(changes);
  let last: PdfRef;
  if (written instanceof PdfRef && old.size > 0) {
    last = written;
    increment.put(written, store);
  } else {
    last = increment.add(store);
    increment.put(file.trailer.get('Root') as PdfRef, catalog.with({ DSS: last }));
  }
  const { bytes } = await increment.finish(last);
  const added = {
    certificates: lists.certificates.added,
    crls: lists.crls.added,
    ocspResponses: lists.ocspResponses.added,
  };
  return { increment: bytes, added };
}

/** One list of the store: where each item stands, and what has to be added. */
class ItemList {
  readonly #increment: Increment;
  /** As written, so that nothing is lost, not even what could not be read. */
  readonly #written: readonly PdfObject[];
  readonly #known = new Map<string, PdfRef>();
  readonly #new: PdfRef[] = [];

  constructor(increment: Increment, written: readonly PdfObject[], items: readonly Item[]) {
    this.#increment = increment;
    this.#written = written;
    for (const { ref, data } of items) this.#known.set(identity(data), ref);
  }

  refOf(data: Uint8Array): PdfRef {
    const key = identity(data);
    const known = this.#known.get(key);
    if (known !== undefined) return known;
    const ref = this.#increment.addStream(dict({}), data);
    this.#known.set(key, ref);
    this.#new.push(ref);
    return ref;
  }

  get added(): number {
    return this.#new.length;
  }
  refs(): readonly PdfObject[] {
    return [...this.#written, ...this.#new];
  }
}

const identity = (data: Uint8Array): string => toHex(digest('sha256', data));

async function openLists(
  file: PdfFile,
  increment: Increment,
  store: PdfDict,
): Promise<Readonly<Record<Kind, ItemList>>> {
  const open = async (kind: Kind): Promise<ItemList> => {
    const list = await file.resolve(store.get(LISTS[kind]));
    if (list !== null && !isArray(list)) throw damaged(`/DSS /${LISTS[kind]}`, 'no array');
    const budget = { items: MAX_ITEMS, bytes: MAX_BYTES, left: 0 };
    return new ItemList(increment, list ?? [], await readList(file, list ?? [], budget));
  };
  return {
    certificates: await open('certificates'),
    crls: await open('crls'),
    ocspResponses: await open('ocspResponses'),
  };
}

/** /VRI with what is new in it; undefined when nothing is. */
async function mergeEntries(
  file: PdfFile,
  store: PdfDict,
  { entries }: StoreAddition,
  lists: Readonly<Record<Kind, ItemList>>,
): Promise<PdfDict | undefined> {
  const old = (await file.resolve(store.get('VRI'))) ?? new PdfDict();
  if (!(old instanceof PdfDict)) throw damaged('/DSS /VRI', 'no dictionary');
  const changes: Record<string, PdfObject> = {};
  for (const [key, material] of entries) {
    const entry = (await file.resolve(old.get(key))) ?? new PdfDict();
    if (!(entry instanceof PdfDict)) throw damaged(`/DSS /VRI /${key}`, 'no dictionary');
    const changed: Record<string, PdfObject> = {};
    for (const kind of KINDS) {
      const list = await file.resolve(entry.get(ENTRY_LISTS[kind]));
      const have = isArray(list) ? list : [];
      const listed = new Set(have.flatMap((item) => (item instanceof PdfRef ? [item.num] : [])));
      const more = [...new Set(material[kind].map((data) => lists[kind].refOf(data)))].filter(
        (r) => !listed.has(r.num),
      );
      if (more.length > 0) changed[ENTRY_LISTS[kind]] = [...have, ...more];
    }
    if (Object.keys(changed).length > 0) changes[key] = entry.with(changed);
  }
  return Object.keys(changes).length === 0 ? undefined : old.with(changes);
}
