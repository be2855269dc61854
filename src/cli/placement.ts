/** The options that say where a signature shows, as one placement rule. Every mistake is a UsageError. Lengths in mm. */
import type { PageEdge, PageSelection, PlacementRule, SignatureFieldRequest } from '#core/pdf/index.ts';
import { UsageError, type Invocation } from './arguments.ts';

export interface SizeMm {
  readonly widthMm: number;
  readonly heightMm: number;
}

export interface PlacementChoice {
  readonly rule: PlacementRule;
  /** Undefined: as the picture itself says. */
  readonly size: SizeMm | undefined;
}

type Text = Invocation['text'];

/** Which options go with which kind of place; the first option of a row chooses it. */
const KINDS = [
  { chosenBy: 'keyword', with: ['hit', 'offset', 'anchor', 'pages'] },
  { chosenBy: 'riding', with: ['group', 'margin', 'offset', 'pages'] },
  { chosenBy: 'at', with: ['page', 'pages'] },
] as const;
const DETAILS = ['hit', 'offset', 'anchor', 'group', 'margin', 'page', 'pages'] as const;

/** Undefined for a signature that shows nowhere. Throws UsageError. */
export function readPlacement(text: Text): PlacementChoice | undefined {
  const chosen = KINDS.filter(({ chosenBy }) => text[chosenBy] !== undefined);
  if (chosen.length > 1) {
    const names = chosen.map(({ chosenBy }) => `--${chosenBy}`).join(', ');
    throw usage(`${names} 只能用其中一个。`, `Only one of ${names} can be used.`);
  }
  const [kind] = chosen;
  for (const detail of DETAILS) {
    if (text[detail] === undefined || (kind?.with as readonly string[] | undefined)?.includes(detail)) continue;
    const owners = KINDS.filter((k) => (k.with as readonly string[]).includes(detail)).map((k) => `--${k.chosenBy}`);
    throw usage(
      `--${detail} 要和 ${owners.join(' 或 ')} 一起用。`,
      `--${detail} goes together with ${owners.join(' or ')}.`,
    );
  }
  const size = text['size'] === undefined ? undefined : readSize(text['size']);
  switch (kind?.chosenBy) {
    case 'at':
      return readFixed(text, text['at'] ?? '', size);
    case 'keyword':
      return { rule: readKeyword(text, text['keyword'] ?? ''), size };
    case 'riding':
      return { rule: readRiding(text, text['riding'] ?? ''), size };
    case undefined:
      if (text['field'] !== undefined) return { rule: { kind: 'field', name: text['field'] }, size };
      if (size !== undefined)
        throw usage('--size 要和盖章位置一起用。', '--size goes together with a place, e.g. --at or --keyword.');
      return undefined;
  }
}

function readFixed(text: Text, at: string, given: SizeMm | undefined): PlacementChoice {
  const [x = NaN, y = NaN, width = NaN, height = NaN, ...more] = lengths(at);
  const short = !at.includes(',', at.indexOf(',') + 1);
  const sized = short || (width > 0 && height > 0 && more.length === 0);
  if (!(x >= 0) || !(y >= 0) || !sized) {
    throw usage(
      '--at 要写成 X,Y 或 X,Y,W,H，单位毫米，例如 120,240,40,15。',
      '--at takes lengths in mm, X,Y or X,Y,W,H, for instance 120,240,40,15.',
    );
  }
  if (!short && given !== undefined)
    throw usage('--at 已写了大小，不要再写 --size。', '--at has a size already; leave out --size.');
  const size = short ? given : { widthMm: width, heightMm: height };
  const pages = readPages(text);
  if (pages !== undefined) {
    if (text['page'] !== undefined)
      throw usage('--page 和 --pages 只能用其中一个。', 'Only one of --page and --pages can be used.');
    return { rule: { kind: 'pages', pages, x, y }, size };
  }
  const page = text['page'] ?? '1';
  if (!/^[1-9]\d{0,5}$/.test(page)) throw usage('--page 要是从 1 起的页码。', '--page is a page number from 1.');
  return { rule: { kind: 'fixed', page: Number(page), x, y }, size };
}

const ANCHORS = ['centre', 'right', 'below', 'over-left'] as const;

function readKeyword(text: Text, keyword: string): PlacementRule {
  if (keyword.trim() === '') throw usage('--keyword 要有文字。', '--keyword needs words.');
  const hit = text['hit'];
  if (hit !== undefined && hit !== 'all' && !/^-?[1-9]\d{0,5}$/.test(hit))
    throw usage(
      '--hit 要是序号（1 起，负数从后数）或 all。',
      '--hit is a number (from 1; negative from the end) or all.',
    );
  const anchor = ANCHORS.find((name) => name === text['anchor']);
  if (text['anchor'] !== undefined && anchor === undefined)
    throw usage(`--anchor 只能是 ${ANCHORS.join('、')}。`, `--anchor is one of ${ANCHORS.join(', ')}.`);
  const offset = text['offset'];
  const [dx = NaN, dy = NaN, ...more] = offset === undefined ? [0, 0] : lengths(offset);
  if (Number.isNaN(dx + dy) || more.length > 0)
    throw usage('--offset 要写成 DX,DY 两个毫米数，例如 5,0。', '--offset takes two lengths in mm, DX,DY, e.g. 5,0.');
  const pages = readPages(text);
  return {
    kind: 'keyword',
    text: keyword,
    dx,
    dy,
    ...(hit === undefined ? {} : { hit: hit === 'all' ? hit : Number(hit) }),
    ...(anchor === undefined ? {} : { anchor }),
    ...(pages === undefined ? {} : { pages }),
  };
}

const EDGES: readonly PageEdge[] = ['left', 'right', 'top', 'bottom'];

function readRiding(text: Text, written: string): PlacementRule {
  const edge = EDGES.find((name) => name === written);
  if (edge === undefined)
    throw usage(`--riding 只能是 ${EDGES.join('、')}。`, `--riding is one of ${EDGES.join(', ')}.`);
  const group = text['group'];
  if (group !== undefined && !/^([2-9]|[1-9]\d{1,2})$/.test(group))
    throw usage('--group 要是 2 到 999 的页数。', '--group is a number of pages from 2 to 999.');
  const [margin = NaN] = text['margin'] === undefined ? [0] : lengths(text['margin']);
  const [offset = NaN] = text['offset'] === undefined ? [0] : lengths(text['offset']);
  if (!(margin >= 0)) throw usage('--margin 要是毫米数。', '--margin is a length in mm.');
  if (!(offset >= 0))
    throw usage(
      '骑缝章的 --offset 是离页面上边或左边的毫米数。',
      '--offset of a riding seal is its distance from the top or left in mm.',
    );
  const pages = readPages(text);
  return {
    kind: 'riding',
    edge,
    margin,
    ...(group === undefined ? {} : { groupSize: Number(group) }),
    ...(text['offset'] === undefined ? {} : { offset }),
    ...(pages === undefined ? {} : { pages }),
  };
}

function readPages(text: Text): PageSelection | undefined {
  const pages = text['pages'];
  return pages === undefined || pages === 'all' || pages === 'odd' || pages === 'even' ? pages : { list: pages };
}

export function readSize(written: string): SizeMm {
  const [widthMm = NaN, heightMm = NaN, ...more] = lengths(written);
  if (!(widthMm > 0) || !(heightMm > 0) || more.length > 0)
    throw usage('--size 要写成 W,H 两个毫米数，例如 42,42。', '--size takes two lengths in mm, W,H, e.g. 42,42.');
  return { widthMm, heightMm };
}

/** `--certify 1|2|3` and `--lock all|NAME,…`. */
export function readProtection(text: Text): Pick<SignatureFieldRequest, 'certify' | 'lock'> {
  const { certify, lock } = text;
  if (certify !== undefined && !/^[123]$/.test(certify))
    throw usage('--certify 只能是 1、2 或 3。', '--certify is 1, 2 or 3.');
  return {
    ...(certify === undefined ? {} : { certify: Number(certify) as 1 | 2 | 3 }),
    ...(lock === undefined ? {} : { lock: readLock(lock) }),
  };
}

export function readLock(written: string): NonNullable<SignatureFieldRequest['lock']> {
  if (written === 'all') return { action: 'All' };
  const fields = written.split(',').map((name) => name.trim());
  if (fields.includes('')) throw usage('--lock 要写成 all 或域名列表。', '--lock is all or a list of field names.');
  return { action: 'Include', fields };
}

/** `NAME@PAGE:X,Y,W,H`. */
export function readNewField(written: string): { name: string; page: number; x: number; y: number; size: SizeMm } {
  const match = /^(.+)@([1-9]\d{0,5}):([^@]+)$/.exec(written);
  const [x = NaN, y = NaN, widthMm = NaN, heightMm = NaN, ...more] = lengths(match?.[3] ?? '');
  if (match === null || !(x >= 0) || !(y >= 0) || !(widthMm > 0) || !(heightMm > 0) || more.length > 0)
    throw new UsageError(
      `“${written}”要写成 名称@页码:X,Y,W,H，例如 医师签名@1:120,240,40,15。`,
      `"${written}" should read NAME@PAGE:X,Y,W,H, for instance doctor@1:120,240,40,15.`,
      'fields',
    );
  return { name: (match[1] ?? '').trim(), page: Number(match[2]), x, y, size: { widthMm, heightMm } };
}

const lengths = (written: string): readonly number[] =>
  written.split(',').map((n) => (/^\s*-?\d+(\.\d+)?\s*$/.test(n) ? Number(n) : NaN));

const usage = (zh: string, en: string): UsageError => new UsageError(zh, en, 'sign');
