/** Vendor profiles: everything that differs between makers' PKCS#11 modules, as data. Schema: resources/vendor-profiles/README.md. */
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { YqError } from '#core/errors/index.ts';
import type { PinCounterSource } from './protocol.ts';

/** What the token hashes itself: nothing (it signs e), Z_A and SM3 (message), SM3 alone (plain: Z_A is put before the message here). */
export type SignInput = 'digest' | 'message' | 'plain';
/** r‖s; DER SEQUENCE{r,s}; ECCSIGNATUREBLOB of GM/T 0016 (128 bytes). */
export type SignatureFormat = 'raw' | 'der' | 'blob';

export interface SignMechanism {
  readonly mechanism: number;
  readonly input: SignInput;
  readonly format: SignatureFormat;
  /** Whether the user ID 1234567812345678 goes along as the mechanism's parameter. */
  readonly idParameter: boolean;
}
export interface Sm2Mechanisms {
  readonly keyType: number;
  readonly keyPairGeneration: number | undefined;
  /** In order of preference; those with input digest are tried first. */
  readonly sign: readonly SignMechanism[];
}
export interface VendorProfile {
  readonly id: string;
  readonly name: { readonly zh: string; readonly en: string };
  /** True when a real device (or the module itself) was seen to work with it. */
  readonly confirmed: boolean;
  readonly source: readonly string[];
  /** File names or paths to look for, by `platform-arch` of Node. */
  readonly libraries: Readonly<Record<string, readonly string[]>>;
  /** Regular expressions, case-insensitive; all that are given must match. */
  readonly match: { readonly library?: string; readonly manufacturer?: string; readonly model?: string };
  readonly sm2: Sm2Mechanisms | undefined;
  readonly rsa: boolean;
  readonly ec: boolean;
  readonly slotEvents: 'wait' | 'poll';
  /** How the PIN tries are told: by the CKF_ flags, not at all, or exactly by an object's attribute. */
  readonly pinTries: 'flags' | 'none' | PinCounterSource;
  readonly testOnly: boolean;
  readonly notes: readonly string[];
}

class Fields {
  readonly #value: Readonly<Record<string, unknown>>;
  readonly #profile: string;
  readonly #path: string;

  constructor(value: unknown, profile: string, path: string, allowed: readonly string[]) {
    this.#profile = profile;
    this.#path = path;
    if (typeof value !== 'object' || value === null || Array.isArray(value))
      throw this.#wrong('', 'an object is wanted');
    this.#value = value as Record<string, unknown>;
    const unknown = Object.keys(this.#value).find((key) => !allowed.includes(key));
    if (unknown !== undefined) throw this.#wrong(unknown, 'unknown field');
  }
  #wrong(key: string, reason: string): YqError {
    return new YqError('TOKEN_PROFILE_INVALID', {
      params: { profile: this.#profile, reason: `${this.#path}${key}: ${reason}` },
    });
  }
  has(key: string): boolean {
    return this.#value[key] !== undefined;
  }
  child(key: string, allowed: readonly string[]): Fields {
    return new Fields(this.#value[key], this.#profile, `${this.#path}${key}.`, allowed);
  }
  raw(key: string): unknown {
    return this.#value[key];
  }
  text(key: string): string {
    const value = this.#value[key];
    if (typeof value !== 'string' || value === '') throw this.#wrong(key, 'a text is wanted');
    return value;
  }
  optionalPattern<K extends string>(key: K): Partial<Record<K, string>> {
    if (!this.has(key)) return {};
    const pattern = this.text(key);
    try {
      new RegExp(pattern, 'i');
    } catch {
      throw this.#wrong(key, 'not a regular expression');
    }
    return { [key]: pattern } as Record<K, string>;
  }
  flag(key: string, fallback?: boolean): boolean {
    const value = this.#value[key] ?? fallback;
    if (typeof value !== 'boolean') throw this.#wrong(key, 'true or false is wanted');
    return value;
  }
  texts(key: string): string[] {
    const value = this.#value[key] ?? [];
    if (!Array.isArray(value) || !value.every((item) => typeof item === 'string'))
      throw this.#wrong(key, 'a list of texts is wanted');
    return value;
  }
  hex(key: string): number {
    const value = this.#value[key];
    if (typeof value !== 'string' || !/^0x[0-9a-f]{1,8}$/i.test(value))
      throw this.#wrong(key, 'a number like "0x80000001" is wanted');
    return Number(value);
  }
  oneOf<T extends string>(key: string, values: readonly T[], fallback?: T): T {
    const value = this.#value[key] ?? fallback;
    const found = values.find((candidate) => candidate === value);
    if (found === undefined) throw this.#wrong(key, `one of ${values.join(', ')} is wanted`);
    return found;
  }
  list(key: string, allowed: readonly string[]): Fields[] {
    const value = this.#value[key];
    if (!Array.isArray(value) || value.length === 0) throw this.#wrong(key, 'a list with at least one entry is wanted');
    return value.map((item, i) => new Fields(item, this.#profile, `${this.#path}${key}[${i}].`, allowed));
  }
}

function sm2Of(fields: Fields): Sm2Mechanisms {
  const sign = fields.list('sign', ['mechanism', 'input', 'format', 'idParameter']).map((entry) => ({
    mechanism: entry.hex('mechanism'),
    input: entry.oneOf('input', ['digest', 'message', 'plain']),
    format: entry.oneOf('format', ['raw', 'der', 'blob']),
    idParameter: entry.flag('idParameter', false),
  }));
  return {
    keyType: fields.hex('keyType'),
    keyPairGeneration: fields.has('keyPairGeneration') ? fields.hex('keyPairGeneration') : undefined,
    sign,
  };
}

function pinTriesOf(fields: Fields): VendorProfile['pinTries'] {
  if (typeof fields.raw('pinTries') !== 'object')
    return fields.oneOf<'flags' | 'none'>('pinTries', ['flags', 'none'], 'none');
  const counter = fields.child('pinTries', ['featureType', 'attribute']);
  return { featureType: counter.hex('featureType'), attribute: counter.hex('attribute') };
}

const allowedFields = [
  ...[
    '$schema',
    'id',
    'name',
    'confirmed',
    'source',
    'libraries',
    'match',
    'sm2',
    'rsa',
    'ec',
    'slotEvents',
    'pinTries',
  ],
  ...['testOnly', 'notes'],
];

/** @param name for the error's text @throws YqError TOKEN_PROFILE_INVALID with the field at fault */
export function parseProfile(value: unknown, name: string): VendorProfile {
  const fields = new Fields(value, name, '', allowedFields);
  const title = fields.child('name', ['zh', 'en']);
  const match = fields.child('match', ['library', 'manufacturer', 'model']);
  const platforms = Object.keys((fields.raw('libraries') ?? {}) as object);
  const libraries = fields.child('libraries', platforms);
  return {
    id: fields.text('id'),
    name: { zh: title.text('zh'), en: title.text('en') },
    confirmed: fields.flag('confirmed'),
    source: fields.texts('source'),
    libraries: Object.fromEntries(platforms.map((platform) => [platform, libraries.texts(platform)])),
    match: {
      ...match.optionalPattern('library'),
      ...match.optionalPattern('manufacturer'),
      ...match.optionalPattern('model'),
    },
    sm2: fields.has('sm2') ? sm2Of(fields.child('sm2', ['keyType', 'keyPairGeneration', 'sign'])) : undefined,
    rsa: fields.flag('rsa', false),
    ec: fields.flag('ec', false),
    slotEvents: fields.oneOf('slotEvents', ['wait', 'poll'], 'poll'),
    pinTries: pinTriesOf(fields),
    testOnly: fields.flag('testOnly', false),
    notes: fields.texts('notes'),
  };
}

/** All profiles of a directory, by id. @throws YqError TOKEN_PROFILE_INVALID naming file and field */
export function loadProfiles(directory: string): ReadonlyMap<string, VendorProfile> {
  const profiles = new Map<string, VendorProfile>();
  for (const file of readdirSync(directory).sort()) {
    if (!file.endsWith('.json')) continue;
    const name = basename(file, '.json');
    let value: unknown;
    try {
      value = JSON.parse(readFileSync(join(directory, file), 'utf8'));
    } catch (cause) {
      throw new YqError('TOKEN_PROFILE_INVALID', { params: { profile: name, reason: 'not JSON' }, cause });
    }
    const profile = parseProfile(value, name);
    if (profile.id !== name) {
      throw new YqError('TOKEN_PROFILE_INVALID', {
        params: { profile: name, reason: `id: must be "${name}" like the file` },
      });
    }
    profiles.set(profile.id, profile);
  }
  return profiles;
}

/** Whether a driver fits a profile; a profile without any rule fits nothing and is chosen by name only. */
export function matchesProfile(
  profile: VendorProfile,
  driver: { readonly library: string; readonly manufacturer: string; readonly model?: string },
): boolean {
  const { library, manufacturer, model } = profile.match;
  if (library === undefined && manufacturer === undefined && model === undefined) return false;
  const fits = (pattern: string | undefined, text: string | undefined): boolean =>
    pattern === undefined || (text !== undefined && new RegExp(pattern, 'i').test(text));
  return (
    fits(library, basename(driver.library)) && fits(manufacturer, driver.manufacturer) && fits(model, driver.model)
  );
}
