/** How a patient is named on a phone: enough to tell the rows of a list apart, never the whole name. */

const HIDDEN = '＊';
/** Letters of a name in an alphabet; more would tell too much, and the row has room for no more. */
const MOST = 3;

/** 王小明 → 王＊, Anna Maria Berg → A.M.B.; ＊ where nothing can be told without telling all. */
export function initials(name: string): string {
  const letters = [...name.normalize('NFC')].filter((c) => /\p{L}/u.test(c));
  const [first] = letters;
  if (first === undefined || letters.length === 1) return HIDDEN;
  // Chinese and other names without upper and lower case: the first character, which is the family name's.
  if (!/[\p{Lu}\p{Ll}\p{Lt}]/u.test(first)) return first + HIDDEN;
  const words = name.normalize('NFC').split(/[^\p{L}\p{M}]+/u);
  const heads = words.flatMap((word) => [...word].find((c) => /\p{L}/u.test(c)) ?? []);
  // A name of single letters is told whole by its initials.
  const shown = heads.length === letters.length ? heads.slice(0, 1) : heads.slice(0, MOST);
  const text = shown.map((c) => `${c.toLocaleUpperCase('en')}.`).join('');
  return heads.length === letters.length || heads.length > MOST ? text + HIDDEN : text;
}
