/**
 * The import rule per room (docs/design/001-rooms-and-contracts.md): who may call whom, and which packages a room may use.
 * An import that the table does not name fails the lint. A new dependency is put on PACKAGES or the lint fails.
 */
import { builtinModules } from 'node:module';
import path from 'node:path';

const CORE = [
  'core/errors',
  'core/crypto',
  'core/pki',
  'core/pdf',
  'core/seal',
  'core/token',
  'core/signing',
  'core/verify',
  'core/report',
  'core/audit',
  'core/consent',
];

/** Room → rooms it may import. The floors of core hold no circle. */
export const ROOMS = {
  'core/errors': [],
  'core/crypto': ['core/errors'],
  'core/pki': ['core/errors', 'core/crypto'],
  'core/pdf': ['core/errors', 'core/crypto', 'core/pki'],
  'core/seal': ['core/errors', 'core/crypto', 'core/pki', 'core/pdf'],
  'core/token': ['core/errors', 'core/crypto', 'core/pki'],
  'core/verify': ['core/errors', 'core/crypto', 'core/pki', 'core/pdf', 'core/seal'],
  'core/signing': ['core/errors', 'core/crypto', 'core/pki', 'core/pdf', 'core/seal', 'core/token', 'core/verify'],
  'core/report': ['core/errors', 'core/crypto', 'core/pki', 'core/pdf', 'core/verify'],
  'core/audit': ['core/errors', 'core/crypto', 'core/pki'],
  'core/consent': CORE.filter((room) => !['core/consent', 'core/report', 'core/audit'].includes(room)),
  'token-host': CORE,
  main: [...CORE, 'shared'],
  backend: CORE,
  cli: CORE,
  preload: ['shared'],
  renderer: ['shared'],
  phone: ['core/errors', 'core/crypto', 'core/token', 'core/pki'],
  shared: [],
};

/** Where a room's code runs: decides which packages it may name. */
const SIDE = {
  'token-host': 'node',
  main: 'electron',
  backend: 'node',
  cli: 'node',
  preload: 'preload',
  renderer: 'dom',
  phone: 'dom',
  shared: 'both',
};

/** Every package that src may import, and the sides that may do so. One reason a line. */
export const PACKAGES = {
  electron: ['electron', 'preload'], // the shell itself
  'node:*': ['core', 'node', 'electron'], // never in the page
  zod: ['core', 'both', 'electron', 'preload', 'node', 'dom'], // schemas of the IPC contract and of outside data
  '@peculiar/asn1-schema': ['core', 'node'], // ASN.1 data classes
  '@peculiar/asn1-x509': ['core', 'node'],
  '@peculiar/asn1-cms': ['core'],
  '@peculiar/asn1-csr': ['core'],
  '@peculiar/asn1-tsp': ['core'],
  '@noble/curves': ['core'], // P-256 for tokens whose digest was made elsewhere
  'pdf-lib': ['core', 'node'], // builds appearances and demo records; never loads a document to be signed
  '@cantoo/fontkit': ['core', 'node'], // font subsets
  pkcs11js: ['node'], // token-host alone, see NATIVE
  fastify: ['node'],
  react: ['dom'],
  'react-dom': ['dom'],
  antd: ['dom'],
  '@ant-design/icons': ['dom'],
  '@fontsource-variable/noto-sans-sc': ['dom'],
  'pdfjs-dist': ['dom'],
  zustand: ['dom'],
  i18next: ['dom'],
  'react-i18next': ['dom'],
  qr: ['dom'], // reads QR codes on the phone where the browser has no BarcodeDetector; no dependencies, MIT or Apache-2.0
};

/** A vendor's driver is loaded in token-host and nowhere else. */
const NATIVE = new Map([['pkcs11js', 'token-host']]);

const builtins = new Set(builtinModules);

/** The room of a path below src ('core/pki/x.ts' → 'core/pki'), or undefined. */
export function roomOf(relative) {
  const parts = relative.split('/');
  const room = parts[0] === 'core' ? parts.slice(0, 2).join('/') : parts[0];
  return room in ROOMS ? room : undefined;
}

function packageOf(specifier) {
  if (specifier.startsWith('node:') || builtins.has(specifier)) return 'node:*';
  const parts = specifier.split('/');
  return specifier.startsWith('@') ? parts.slice(0, 2).join('/') : parts[0];
}

/** Says why `specifier` must not be imported by `file` (path below src), or undefined when it may. */
export function refusal(file, specifier) {
  const room = roomOf(file);
  if (room === undefined) return `src/${file} lies in no room of the plan`;
  const bare = specifier.split('?')[0];
  let target;
  if (bare.startsWith('.')) target = path.posix.normalize(path.posix.join(path.posix.dirname(file), bare));
  else if (bare.startsWith('#core/')) target = `core/${bare.slice(6)}`;
  else if (bare.startsWith('#shared/')) target = `shared/${bare.slice(8)}`;
  else if (bare.startsWith('#resources/')) return undefined;
  if (target !== undefined) {
    if (target.startsWith('../')) {
      return target.startsWith('../resources/')
        ? undefined
        : `src imports nothing outside src but resources (${specifier})`;
    }
    const other = roomOf(target);
    if (other === undefined) return `${specifier} lies in no room of the plan`;
    if (other === room) return undefined;
    if (!ROOMS[room].includes(other)) return `${room} may not import ${other}`;
    if (other !== 'shared' && !/^(index|types)\.ts$/.test(path.posix.basename(target))) {
      return `${room} may import ${other} only through its index.ts or types.ts`;
    }
    return undefined;
  }
  const name = packageOf(bare);
  const sides = PACKAGES[name];
  if (sides === undefined) return `package ${name} is on no list of scripts/lint/rooms.mjs`;
  const side = room.startsWith('core/') ? 'core' : SIDE[room];
  const owner = NATIVE.get(name);
  if (owner !== undefined && owner !== room) return `${name} may be imported by ${owner} only`;
  if (!sides.includes(side)) return `package ${name} may not be imported by ${room}`;
  return undefined;
}

export const roomsRule = {
  meta: { type: 'problem', docs: { description: 'the import rule per room' }, schema: [] },
  create(context) {
    const file = context.filename.split(path.sep).join('/');
    const at = file.lastIndexOf('/src/');
    if (at < 0) return {};
    const relative = file.slice(at + 5);
    const check = (node) => {
      if (typeof node?.value !== 'string') return;
      const why = refusal(relative, node.value);
      if (why !== undefined) context.report({ node, message: `import of '${node.value}': ${why}` });
    };
    return {
      ImportDeclaration: (n) => check(n.source),
      ExportNamedDeclaration: (n) => check(n.source),
      ExportAllDeclaration: (n) => check(n.source),
      ImportExpression: (n) => check(n.source),
      TSImportType: (n) => check(n.source ?? n.argument?.literal),
      CallExpression: (n) => {
        if (n.callee.type === 'Identifier' && n.callee.name === 'require') check(n.arguments[0]);
      },
    };
  },
};
