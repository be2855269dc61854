/**
 * The XML that an SVG picture needs (XML 1.0, namespaces): elements, attributes, character and predefined entity references, comments,
 * CDATA. Strict. A document type, declared entities and processing instructions are refused: they are how a small file becomes a large
 * or a foreign one.
 */
import { badPicture, tooLarge, unsupported } from '../failures.ts';
import { limits } from '../../limits.ts';

export interface XmlElement {
  /** Without its prefix. */
  readonly name: string;
  /** Of its prefix or the default one in force; empty when there is none. */
  readonly namespace: string;
  readonly attributes: readonly XmlAttribute[];
  readonly children: readonly XmlElement[];
  /** Whether any text but white space stands directly in it. */
  readonly hasText: boolean;
}

export interface XmlAttribute {
  readonly name: string;
  /** Empty for an attribute without prefix. */
  readonly namespace: string;
  readonly value: string;
}

interface OpenElement extends XmlElement {
  readonly qualified: string;
  readonly prefixes: ReadonlyMap<string, string>;
  readonly children: XmlElement[];
  hasText: boolean;
}

const bad = (detail: string): Error => badPicture('SVG', detail);
const NAME = '[A-Za-z_\\u00b7-\\uffff][\\w.\\u00b7-\\uffff-]*';
const QUALIFIED = new RegExp(`(?:(${NAME}):)?(${NAME})`, 'y');
const ATTRIBUTE = new RegExp(`\\s+(?:(${NAME}):)?(${NAME})\\s*=\\s*(?:"([^"<]*)"|'([^'<]*)')`, 'y');
const TAG_END = /\s*(\/?)>/y;
const CLOSE = new RegExp(`</((?:${NAME}:)?${NAME})\\s*>`, 'y');
const DECLARATION =
  /^<\?xml\s+version\s*=\s*["']1\.[0-9]["'](\s+encoding\s*=\s*["']([\w.-]+)["'])?(\s+standalone\s*=\s*["'](yes|no)["'])?\s*\?>/;
const PREDEFINED: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" };

/** @throws PDF_IMAGE when it is not well-formed, PDF_IMAGE_UNSUPPORTED for a DTD or an instruction, PDF_IMAGE_LIMIT */
export function parseXml(bytes: Uint8Array): XmlElement {
  return new XmlReader(textOf(bytes)).read();
}

function textOf(bytes: Uint8Array): string {
  if (bytes.length > limits.svgBytes) throw tooLarge(`SVG ${bytes.length} B`);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw badPicture('SVG', 'not UTF-8', cause);
  }
  if (/[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]/.test(text)) throw bad('a control character');
  return text.replace(/\r\n?/g, '\n');
}

class XmlReader {
  readonly #text: string;
  #at = 0;
  #elements = 0;
  readonly #open: OpenElement[] = [];
  #root: XmlElement | undefined;

  constructor(text: string) {
    this.#text = text;
  }

  read(): XmlElement {
    this.#declaration();
    while (this.#at < this.#text.length) this.#node();
    if (this.#root === undefined || this.#open.length > 0) throw bad('it is cut off');
    return this.#root;
  }

  #declaration(): void {
    if (!/^<\?xml\s/.test(this.#text)) return;
    const found = DECLARATION.exec(this.#text);
    if (found === null) throw bad('XML declaration');
    if (found[2] !== undefined && !/^(utf-8|us-ascii)$/i.test(found[2])) throw unsupported(`encoding ${found[2]}`);
    this.#at = found[0].length;
  }

  #node(): void {
    const text = this.#text;
    const next = text.indexOf('<', this.#at);
    const end = next < 0 ? text.length : next;
    this.#characters(text.slice(this.#at, end));
    this.#at = end;
    if (next < 0) return;
    if (text.startsWith('<!--', next)) this.#skip('-->', 4, 'a comment');
    else if (text.startsWith('<![CDATA[', next)) {
      const cdata = this.#skip(']]>', 9, 'CDATA');
      this.#characters(cdata.replace(/[&\]]/g, '?'));
    } else if (text.startsWith('<!', next)) throw unsupported('<!DOCTYPE>');
    else if (text.startsWith('<?', next)) throw unsupported(`<?${text.slice(next + 2, next + 20).split(/[\s?]/)[0]}?>`);
    else if (text.startsWith('</', next)) this.#close();
    else this.#start();
  }

  #skip(end: string, from: number, what: string): string {
    const start = this.#at + from;
    const at = this.#text.indexOf(end, start);
    if (at < 0) throw bad(`${what} has no end`);
    this.#at = at + end.length;
    return this.#text.slice(start, at);
  }

  #characters(raw: string): void {
    if (raw === '' || /^\s*$/.test(raw)) return;
    const parent = this.#open.at(-1);
    if (parent === undefined) throw bad('text outside the root element');
    if (raw.includes(']]>')) throw bad(']]> in text');
    unescape(raw);
    parent.hasText = true;
  }

  #start(): void {
    this.#at++;
    const [, prefix, name = ''] = this.#match(QUALIFIED) ?? [];
    if (name === '') throw bad(`no element name at character ${this.#at}`);
    if (++this.#elements > limits.svgElements) throw tooLarge('SVG elements');
    if (this.#open.length >= limits.svgDepth) throw tooLarge('SVG depth');
    const raw = this.#attributes();
    const end = this.#match(TAG_END);
    if (end === null) throw bad(`<${name}> is not well-formed`);
    const parent = this.#open.at(-1);
    const prefixes = scopeOf(parent?.prefixes ?? new Map([['xml', 'http://www.w3.org/XML/1998/namespace']]), raw);
    const element: OpenElement = {
      name,
      namespace: namespaceOf(prefixes, prefix ?? '', name),
      attributes: resolved(raw, prefixes),
      children: [],
      hasText: false,
      qualified: prefix === undefined ? name : `${prefix}:${name}`,
      prefixes,
    };
    if (parent !== undefined) parent.children.push(element);
    else if (this.#root === undefined) this.#root = element;
    else throw bad('two root elements');
    if (end[1] !== '/') this.#open.push(element);
  }

  #attributes(): RawAttribute[] {
    const found: RawAttribute[] = [];
    for (let match = this.#match(ATTRIBUTE); match !== null; match = this.#match(ATTRIBUTE)) {
      const [, prefix = '', name = '', double, single = ''] = match;
      if (found.length >= limits.svgAttributes) throw tooLarge('SVG attributes');
      found.push({ prefix, name, value: unescape((double ?? single).replace(/[\t\n]/g, ' ')) });
    }
    return found;
  }

  #close(): void {
    const name = this.#match(CLOSE)?.[1];
    const element = this.#open.pop();
    if (name === undefined || element?.qualified !== name) throw bad(`</${name ?? ''}> at character ${this.#at}`);
  }

  #match(pattern: RegExp): RegExpExecArray | null {
    pattern.lastIndex = this.#at;
    const found = pattern.exec(this.#text);
    if (found !== null) this.#at = pattern.lastIndex;
    return found;
  }
}

interface RawAttribute {
  readonly prefix: string;
  readonly name: string;
  readonly value: string;
}

/** Namespaces in force within an element that declares these. */
function scopeOf(outer: ReadonlyMap<string, string>, attributes: readonly RawAttribute[]): ReadonlyMap<string, string> {
  const declared = attributes.filter(isDeclaration);
  if (declared.length === 0) return outer;
  return new Map([...outer, ...declared.map(({ prefix, name, value }) => [prefix === '' ? '' : name, value] as const)]);
}

const isDeclaration = ({ prefix, name }: RawAttribute): boolean =>
  prefix === 'xmlns' || (prefix === '' && name === 'xmlns');

function namespaceOf(prefixes: ReadonlyMap<string, string>, prefix: string, name: string): string {
  const namespace = prefixes.get(prefix);
  if (namespace === undefined && prefix !== '') throw bad(`prefix ${prefix} of ${name} is not declared`);
  return namespace ?? '';
}

function resolved(raw: readonly RawAttribute[], prefixes: ReadonlyMap<string, string>): XmlAttribute[] {
  const seen = new Set<string>();
  return raw
    .filter((attribute) => {
      const qualified = `${attribute.prefix}:${attribute.name}`;
      if (seen.has(qualified)) throw bad(`attribute ${attribute.name} twice`);
      seen.add(qualified);
      return !isDeclaration(attribute);
    })
    .map(({ prefix, name, value }) => ({
      name,
      namespace: prefix === '' ? '' : namespaceOf(prefixes, prefix, name),
      value,
    }));
}

function unescape(text: string): string {
  if (!text.includes('&')) return text;
  return text.replace(/&(?:#(\d{1,7})|#x([\da-fA-F]{1,6})|(\w+));|&/g, (whole, decimal, hex, name) => {
    if (name !== undefined) {
      const known = PREDEFINED[name as string];
      if (known === undefined) throw unsupported(`&${String(name)};`);
      return known;
    }
    if (whole === '&') throw bad('& stands alone');
    const code = decimal === undefined ? Number.parseInt(hex as string, 16) : Number(decimal);
    const allowed = code === 9 || code === 10 || code === 13 || (code >= 32 && code <= 0x10ffff);
    if (!allowed || (code >= 0xd800 && code <= 0xdfff)) throw bad(`character ${whole}`);
    return String.fromCodePoint(code);
  });
}
