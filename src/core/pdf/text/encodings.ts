/** What the codes of simple fonts stand for (ISO 32000-1, 9.6.6 and Annex D): encodings, and the names of glyphs. */

/** Glyph names in the order of Unicode, by the code point that the first of a run has (Adobe Glyph List, the part that records use). */
const NAMES: readonly (readonly [number, string])[] = [
  [
    0x20,
    `space exclam quotedbl numbersign dollar percent ampersand quotesingle parenleft parenright asterisk plus comma hyphen period slash
    zero one two three four five six seven eight nine colon semicolon less equal greater question at A B C D E F G H I J K L M N O P Q
    R S T U V W X Y Z bracketleft backslash bracketright asciicircum underscore grave a b c d e f g h i j k l m n o p q r s t u v w x
    y z braceleft bar braceright asciitilde`,
  ],
  [
    0xa0,
    `nbspace exclamdown cent sterling currency yen brokenbar section dieresis copyright ordfeminine guillemotleft logicalnot sfthyphen
    registered macron degree plusminus twosuperior threesuperior acute mu paragraph periodcentered cedilla onesuperior ordmasculine
    guillemotright onequarter onehalf threequarters questiondown Agrave Aacute Acircumflex Atilde Adieresis Aring AE Ccedilla Egrave
    Eacute Ecircumflex Edieresis Igrave Iacute Icircumflex Idieresis Eth Ntilde Ograve Oacute Ocircumflex Otilde Odieresis multiply
    Oslash Ugrave Uacute Ucircumflex Udieresis Yacute Thorn germandbls agrave aacute acircumflex atilde adieresis aring ae ccedilla
    egrave eacute ecircumflex edieresis igrave iacute icircumflex idieresis eth ntilde ograve oacute ocircumflex otilde odieresis
    divide oslash ugrave uacute ucircumflex udieresis yacute thorn ydieresis Amacron amacron Abreve abreve Aogonek aogonek Cacute
    cacute Ccircumflex ccircumflex Cdotaccent cdotaccent Ccaron ccaron Dcaron dcaron Dcroat dcroat Emacron emacron Ebreve ebreve
    Edotaccent edotaccent Eogonek eogonek Ecaron ecaron Gcircumflex gcircumflex Gbreve gbreve Gdotaccent gdotaccent Gcommaaccent
    gcommaaccent Hcircumflex hcircumflex Hbar hbar Itilde itilde Imacron imacron Ibreve ibreve Iogonek iogonek Idotaccent dotlessi IJ
    ij Jcircumflex jcircumflex Kcommaaccent kcommaaccent kgreenlandic Lacute lacute Lcommaaccent lcommaaccent Lcaron lcaron Ldot ldot
    Lslash lslash Nacute nacute Ncommaaccent ncommaaccent Ncaron ncaron napostrophe Eng eng Omacron omacron Obreve obreve
    Ohungarumlaut ohungarumlaut OE oe Racute racute Rcommaaccent rcommaaccent Rcaron rcaron Sacute sacute Scircumflex scircumflex
    Scedilla scedilla Scaron scaron Tcommaaccent tcommaaccent Tcaron tcaron Tbar tbar Utilde utilde Umacron umacron Ubreve ubreve
    Uring uring Uhungarumlaut uhungarumlaut Uogonek uogonek Wcircumflex wcircumflex Ycircumflex ycircumflex Ydieresis Zacute zacute
    Zdotaccent zdotaccent Zcaron zcaron longs`,
  ],
  [0x192, 'florin'],
  [0x2c6, 'circumflex caron'],
  [0x2d8, 'breve dotaccent ring ogonek tilde hungarumlaut'],
  [0x391, 'Alpha Beta Gamma Delta Epsilon Zeta Eta Theta Iota Kappa Lambda Mu Nu Xi Omicron Pi Rho'],
  [
    0x3a3,
    `Sigma Tau Upsilon Phi Chi Psi Omega Iotadieresis Upsilondieresis alphatonos epsilontonos etatonos iotatonos upsilondieresistonos
    alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mugreek nu xi omicron pi rho sigma1 sigma tau upsilon phi chi psi
    omega`,
  ],
  [0x2013, 'endash emdash'],
  [0x2018, 'quoteleft quoteright quotesinglbase'],
  [0x201c, 'quotedblleft quotedblright quotedblbase'],
  [0x2020, 'dagger daggerdbl bullet'],
  [0x2026, 'ellipsis'],
  [0x2030, 'perthousand'],
  [0x2039, 'guilsinglleft guilsinglright'],
  [0x2044, 'fraction'],
  [0x20ac, 'Euro'],
  [0x2103, 'centigrade'],
  [0x2116, 'numero'],
  [0x2122, 'trademark'],
  [0x2264, 'lessequal greaterequal'],
  [0xfb01, 'fi fl'],
];

/** StandardEncoding beyond ASCII, by the code that the first of a run has. */
const STANDARD: readonly (readonly [number, string])[] = [
  [39, 'quoteright'],
  [96, 'quoteleft'],
  [
    161,
    'exclamdown cent sterling fraction yen florin section currency quotesingle quotedblleft guillemotleft guilsinglleft guilsinglright fi fl',
  ],
  [177, 'endash dagger daggerdbl periodcentered'],
  [182, 'paragraph bullet quotesinglbase quotedblbase quotedblright guillemotright ellipsis perthousand'],
  [191, 'questiondown'],
  [193, 'grave acute circumflex tilde macron breve dotaccent dieresis'],
  [202, 'ring cedilla'],
  [205, 'hungarumlaut ogonek caron emdash'],
  [225, 'AE'],
  [227, 'ordfeminine'],
  [232, 'Lslash Oslash OE ordmasculine'],
  [241, 'ae'],
  [245, 'dotlessi'],
  [248, 'lslash oslash oe germandbls'],
];

const unicodeOf = new Map<string, string>();
for (const [start, names] of NAMES)
  for (const [i, name] of names.split(/\s+/).entries()) unicodeOf.set(name, String.fromCodePoint(start + i));

/** The text that a glyph of this name shows: from the list, or from a name of the form uniXXXX, uXXXXX; `name.suffix` is a variant. */
export function textOfGlyph(name: string): string | undefined {
  const known = unicodeOf.get(name);
  if (known !== undefined) return known;
  const base = name.split('.', 1)[0] ?? '';
  if (base !== name && base !== '') return textOfGlyph(base);
  const uni = /^uni((?:[0-9A-F]{4})+)$/.exec(name)?.[1];
  if (uni !== undefined)
    return (uni.match(/.{4}/g) ?? []).map((hex) => String.fromCharCode(parseInt(hex, 16))).join('');
  const code = parseInt(/^u([0-9A-F]{4,6})$/.exec(name)?.[1] ?? '', 16);
  return code <= 0x10ffff ? String.fromCodePoint(code) : undefined;
}

/** 256 texts by code. */
export type Encoding = readonly (string | undefined)[];

const ASCII = Array.from({ length: 256 }, (_, code) =>
  code >= 32 && code < 127 ? String.fromCharCode(code) : undefined,
);

function standardEncoding(): Encoding {
  const table = [...ASCII];
  for (const [start, names] of STANDARD)
    for (const [i, name] of names.split(' ').entries()) table[start + i] = unicodeOf.get(name);
  return table;
}

/** Of one of the encodings that the platform knows too; control codes stand for nothing. */
function platformEncoding(label: string): Encoding {
  const decoder = new TextDecoder(label);
  return Array.from({ length: 256 }, (_, code) =>
    code < 32 || code === 127 ? undefined : decoder.decode(Uint8Array.of(code)),
  );
}

const made = new Map<string, Encoding>();

/** By the name of /Encoding or /BaseEncoding; undefined for one that is not in the standard. */
export function encodingOf(name: string): Encoding | undefined {
  let encoding = made.get(name);
  if (encoding === undefined) {
    if (name === 'StandardEncoding') encoding = standardEncoding();
    else if (name === 'WinAnsiEncoding') encoding = platformEncoding('windows-1252');
    else if (name === 'MacRomanEncoding') encoding = platformEncoding('macintosh');
    else return undefined;
    made.set(name, encoding);
  }
  return encoding;
}
