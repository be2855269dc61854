/**
 * SM2, SM3 and SM4 are never asked of node:crypto: Electron's is BoringSSL, so that works in plain Node and dies in the packaged app.
 * Looks at what was imported from node:crypto; core/crypto has functions of the same names, which are fine.
 */
const SM = /^(rsa-)?(sm2|sm3|sm4([-_].*)?)$/i;
const FUNCTIONS =
  /^(create(Hash|Hmac|Cipheriv|Decipheriv|Sign|Verify|ECDH)|hash|sign|verify|pbkdf2(Sync)?|hkdf(Sync)?|generateKeyPair(Sync)?)$/;

export const nodeCryptoRule = {
  meta: { type: 'problem', docs: { description: 'no SM algorithm from node:crypto' }, schema: [] },
  create(context) {
    const named = new Set();
    const whole = new Set();
    const names = (node) =>
      (node.type === 'Literal' && typeof node.value === 'string' && SM.test(node.value)) ||
      (node.type === 'ObjectExpression' && node.properties.some((p) => p.type === 'Property' && names(p.value)));
    return {
      ImportDeclaration(n) {
        if (n.source.value !== 'node:crypto' && n.source.value !== 'crypto') return;
        for (const s of n.specifiers) {
          if (s.type !== 'ImportSpecifier') whole.add(s.local.name);
          else if (FUNCTIONS.test(s.imported.name)) named.add(s.local.name);
        }
      },
      CallExpression(n) {
        const c = n.callee;
        const ours =
          (c.type === 'Identifier' && named.has(c.name)) ||
          (c.type === 'MemberExpression' && c.object.type === 'Identifier' && whole.has(c.object.name));
        if (ours && n.arguments.some(names)) {
          context.report({ node: n, message: 'SM2, SM3 and SM4 come from core/crypto, never from node:crypto.' });
        }
      },
    };
  },
};
