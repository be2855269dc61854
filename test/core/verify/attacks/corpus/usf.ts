/**
 * Universal signature forgery: the signature dictionary is spoilt so that a careless reader has nothing to check and says valid
 * (Mladenov, Mainka, Meyer zu Selhausen, Grothe, Schwenk: "1 Trillion Dollar Refund", CCS 2019, table of USF variants).
 */
import { family, type AttackPlan } from './attack.ts';
import { BYTE_RANGE, CONTENTS, replaceLast } from './bytes.ts';

const spoilt = (
  id: string,
  story: string,
  pattern: RegExp,
  to: string | ((s: string) => string),
  verdict: 'FAILED' | 'INDETERMINATE' = 'FAILED',
): AttackPlan => ({
  verdict,
  id,
  story,
  make: async (lab) => replaceLast(await lab.signed(), pattern, to),
  codes: [
    'PDF_DAMAGED',
    'SIGNATURE_IRREGULAR',
    'BYTE_RANGE_MALFORMED',
    'BYTE_RANGE_GAP',
    'CONTENTS_MALFORMED',
    'SUBFILTER_UNKNOWN',
  ],
});

export const universalForgery = family('universal-forgery', [
  spoilt('usf-01-no-contents', 'The signature dictionary has no /Contents at all.', CONTENTS, ''),
  spoilt(
    'usf-02-contents-without-value',
    '/Contents stands there without a value.',
    CONTENTS,
    '/Contents',
    'INDETERMINATE',
  ),
  spoilt('usf-03-contents-null', '/Contents is null.', CONTENTS, '/Contents null'),
  spoilt('usf-04-contents-empty', '/Contents is an empty string.', CONTENTS, '/Contents <>'),
  spoilt('usf-05-contents-zero-byte', '/Contents is a single zero byte.', CONTENTS, '/Contents <00>'),
  spoilt('usf-06-contents-all-zeros', '/Contents keeps its length but holds zeros only.', CONTENTS, (s) =>
    s.replace(/[0-9a-fA-F]+(?=>$)/, (hex) => '0'.repeat(hex.length)),
  ),
  spoilt('usf-07-contents-indirect', '/Contents is a reference to another object.', CONTENTS, '/Contents 4 0 R'),
  spoilt('usf-08-contents-literal', '/Contents is a literal string.', CONTENTS, '/Contents (0)'),
  spoilt('usf-09-no-byte-range', 'The signature dictionary has no /ByteRange.', BYTE_RANGE, ''),
  spoilt(
    'usf-10-byte-range-without-value',
    '/ByteRange stands there without a value.',
    BYTE_RANGE,
    '/ByteRange',
    'INDETERMINATE',
  ),
  spoilt('usf-11-byte-range-null', '/ByteRange is null.', BYTE_RANGE, '/ByteRange null'),
  spoilt('usf-12-byte-range-empty', '/ByteRange is an empty array.', BYTE_RANGE, '/ByteRange []'),
  spoilt('usf-13-byte-range-zeros', '/ByteRange covers nothing.', BYTE_RANGE, '/ByteRange [0 0 0 0]'),
  spoilt('usf-14-byte-range-negative', '/ByteRange is negative.', BYTE_RANGE, '/ByteRange [0 -1 -1 0]'),
  spoilt('usf-15-byte-range-of-names', '/ByteRange holds no numbers.', BYTE_RANGE, '/ByteRange [/a /b /c /d]'),
  spoilt('usf-16-no-sub-filter', 'The signature does not say what it is.', /\/SubFilter\s*\/ETSI\.CAdES\.detached/, ''),
]);
