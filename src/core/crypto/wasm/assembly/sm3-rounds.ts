/**
 * Writes sm3.as. All 64 rounds stand one after the other, so that a … h are renamed instead of moved and T_j is a constant;
 * W lies in memory, one word ahead of its use. Measured on x64: 1.35 times as fast as four rounds in a loop, and 1.15 times
 * as fast as W in sixteen local variables, which do not fit the registers.
 */
const rotl = (x: number, n: number): number => (n === 0 ? x : (x << n) | (x >>> (32 - n))) >>> 0;

function round(j: number, [a, b, c, d, e, f, g, h]: readonly string[]): string[] {
  const w = (i: number): string => `load<u32>(W, ${4 * i})`;
  const lines: string[] = [];
  if (j >= 12) {
    // W_{j+4} = P1(W_{j−12} ⊕ W_{j−5} ⊕ (W_{j+1} <<< 15)) ⊕ (W_{j−9} <<< 7) ⊕ W_{j−2}
    lines.push(
      `x = ${w(j - 12)} ^ ${w(j - 5)} ^ rotl<u32>(${w(j + 1)}, 15);`,
      `x ^= rotl<u32>(x, 15) ^ rotl<u32>(x, 23) ^ rotl<u32>(${w(j - 9)}, 7) ^ ${w(j - 2)};`,
      `store<u32>(W, x, ${4 * (j + 4)});`,
      `w4 = x;`,
    );
  } else {
    lines.push(`w4 = ${w(j + 4)};`);
  }
  const t = rotl(j < 16 ? 0x79cc4519 : 0x7a879d8a, j % 32);
  const ff = j < 16 ? `${a} ^ ${b} ^ ${c}` : `((${a} & ${b}) | (${c} & (${a} | ${b})))`;
  const gg = j < 16 ? `${e} ^ ${f} ^ ${g}` : `((${f} ^ ${g}) & ${e}) ^ ${g}`;
  lines.push(
    `x = rotl<u32>(${a}, 12);`,
    `y = rotl<u32>(x + (${e} + 0x${t.toString(16)}), 7);`,
    `${d} += (${ff}) + (x ^ y) + (${w(j)} ^ w4);`,
    `${h} += (${gg}) + y + ${w(j)};`,
    `${h} ^= rotl<u32>(${h}, 9) ^ rotl<u32>(${h}, 17);`,
    `${b} = rotl<u32>(${b}, 9);`,
    `${f} = rotl<u32>(${f}, 19);`,
  );
  return lines;
}

/** The text of the module sm3. */
export function sm3Source(): string {
  const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'];
  const every = (line: (name: string, i: number) => string): string[] => names.map(line);
  const rounds: string[] = [];
  let roles = names;
  for (let j = 0; j < 64; j++) {
    rounds.push(...round(j, roles));
    // What was computed in d is the next a, in h the next e.
    roles = [3, 0, 1, 2, 7, 4, 5, 6].map((i) => roles[i] as string);
  }
  return [
    '/** Runs `count` blocks of 64 bytes through the chaining value: eight words at `state` in the host order. */',
    'const W: usize = memory.data(68 * 4, 16);',
    'export function sm3Compress(state: usize, data: usize, count: i32): void {',
    ...every((name, i) => `let ${name}0 = load<u32>(state, ${4 * i});`),
    'let x: u32, y: u32, w4: u32;',
    'for (; count > 0; count--, data += 64) {',
    ...every((name) => `let ${name} = ${name}0;`),
    ...Array.from({ length: 16 }, (_, i) => `store<u32>(W, bswap<u32>(load<u32>(data, ${4 * i})), ${4 * i});`),
    ...rounds,
    ...every((name) => `${name}0 ^= ${name};`),
    '}',
    ...every((name, i) => `store<u32>(state, ${name}0, ${4 * i});`),
    '}',
    '/** Clears the expanded message. */',
    'export function sm3Forget(): void { memory.fill(W, 0, 68 * 4); }',
    '',
  ].join('\n');
}
