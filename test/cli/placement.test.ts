/** How a place, a size and a protection are written on the command line. */
import { describe, expect, it } from 'vitest';
import { parseInvocation, UsageError } from '../../src/cli/arguments.ts';
import { readNewField, readPlacement, readProtection } from '../../src/cli/placement.ts';

function textOf(...options: string[]) {
  const parsed = parseInvocation(['sign', 'in.pdf', '--out', 'out.pdf', ...options]);
  if (parsed.kind !== 'run') return expect.fail('help');
  return parsed.invocation.text;
}
const place = (...options: string[]) => readPlacement(textOf(...options));
const refused = (...options: string[]): string => {
  try {
    place(...options);
    readProtection(textOf(...options));
  } catch (e) {
    if (e instanceof UsageError) return e.words.en;
    throw e;
  }
  return expect.fail('not refused');
};

describe('one place, chosen by one option', () => {
  it('none: nothing is shown', () => {
    expect(place()).toBeUndefined();
  });

  it('--at, with its size or --size, on one page or several', () => {
    expect(place('--at', '120, 240.5,40,15', '--page', '2')).toEqual({
      rule: { kind: 'fixed', page: 2, x: 120, y: 240.5 },
      size: { widthMm: 40, heightMm: 15 },
    });
    expect(place('--at', '10,20', '--size', '42,42')).toEqual({
      rule: { kind: 'fixed', page: 1, x: 10, y: 20 },
      size: { widthMm: 42, heightMm: 42 },
    });
    expect(place('--at', '10,20', '--pages', 'odd')).toEqual({
      rule: { kind: 'pages', pages: 'odd', x: 10, y: 20 },
      size: undefined,
    });
    expect(place('--at', '10,20', '--pages', '1,3-5,-1')?.rule).toMatchObject({ pages: { list: '1,3-5,-1' } });
  });

  it('--keyword, negative numbers without an equals sign', () => {
    expect(
      place('--keyword', '医师签名', '--hit', '-1', '--offset', '-5,2.5', '--anchor', 'right', '--pages', '2-3'),
    ).toEqual({
      rule: { kind: 'keyword', text: '医师签名', hit: -1, dx: -5, dy: 2.5, anchor: 'right', pages: { list: '2-3' } },
      size: undefined,
    });
    expect(place('--keyword', '签名', '--hit', 'all')?.rule).toMatchObject({ hit: 'all', dx: 0, dy: 0 });
  });

  it('--riding', () => {
    expect(place('--riding', 'right', '--group', '10', '--margin', '1.5', '--size', '42,42')).toEqual({
      rule: { kind: 'riding', edge: 'right', groupSize: 10, margin: 1.5 },
      size: { widthMm: 42, heightMm: 42 },
    });
    expect(place('--riding', 'top', '--offset', '30')?.rule).toEqual({
      kind: 'riding',
      edge: 'top',
      margin: 0,
      offset: 30,
    });
  });

  it('--field alone is a field of the document; beside another place it names the new field', () => {
    expect(place('--field', '医师')?.rule).toEqual({ kind: 'field', name: '医师' });
    expect(place('--field', '医师', '--at', '1,2,3,4')?.rule).toEqual({ kind: 'fixed', page: 1, x: 1, y: 2 });
  });
});

describe('refused, with the option named', () => {
  it.each([
    [['--at', '1,2,3']],
    [['--at', '1,2,3,0']],
    [['--at', 'a,b,c,d']],
    [['--at', '1;2;3;4']],
    [['--at', '-1,2,3,4']],
    [['--at', '']],
    [['--at', '1,2,3,4', '--page', '0']],
    [['--at', '1,2,3,4', '--size', '5,5']],
    [['--at', '1,2', '--page', '1', '--pages', 'all']],
    [['--page', '2']],
    [['--size', '5,5']],
    [['--at', '1,2', '--size', '0,5']],
    [['--keyword', ' ']],
    [['--keyword', 'x', '--hit', '0']],
    [['--keyword', 'x', '--hit', 'first']],
    [['--keyword', 'x', '--anchor', 'above']],
    [['--keyword', 'x', '--offset', '5']],
    [['--keyword', 'x', '--group', '5']],
    [['--keyword', 'x', '--riding', 'left']],
    [['--riding', 'middle']],
    [['--riding', 'left', '--group', '1']],
    [['--riding', 'left', '--margin', '-1']],
    [['--riding', 'left', '--hit', '1']],
    [['--certify', '4']],
    [['--lock', 'a,,b']],
  ])('%j', (options) => {
    const said = refused(...options);
    expect(options.some((o) => o.startsWith('--') && said.includes(o))).toBe(true);
  });
});

it('certification and locks', () => {
  expect(readProtection(textOf('--certify', '2', '--lock', 'patient, ward.bed'))).toEqual({
    certify: 2,
    lock: { action: 'Include', fields: ['patient', 'ward.bed'] },
  });
  expect(readProtection(textOf('--lock', 'all'))).toEqual({ lock: { action: 'All' } });
});

it('new fields: NAME@PAGE:X,Y,W,H, given as often as needed', () => {
  const parsed = parseInvocation(['fields', 'in.pdf', '--add', '医师@1:120,240,40,15', '--add', 'a@b@2:1,2,3,4']);
  expect(parsed.kind === 'run' && parsed.invocation.lists['add']?.map(readNewField)).toEqual([
    { name: '医师', page: 1, x: 120, y: 240, size: { widthMm: 40, heightMm: 15 } },
    { name: 'a@b', page: 2, x: 1, y: 2, size: { widthMm: 3, heightMm: 4 } },
  ]);
  for (const bad of ['医师', '@1:1,2,3,4', 'x@0:1,2,3,4', 'x@1:1,2,3', 'x@1:1,2,3,0', 'x@1:-1,2,3,4'])
    expect(() => readNewField(bad)).toThrow(UsageError);
});
