/** The import rule per room fails the build: shown on forbidden and on allowed imports, through ESLint as configured. */
import { ESLint } from 'eslint';
import path from 'node:path';
import { describe, expect, it } from 'vitest';

const root = path.resolve(import.meta.dirname, '../..');
const eslint = new ESLint({ cwd: root });

async function complaints(file: string, code: string): Promise<string[]> {
  const [result] = await eslint.lintText(code, { filePath: path.join(root, 'src', file) });
  return (result?.messages ?? [])
    .filter((m) => m.ruleId === 'yiqian/rooms' || m.ruleId === 'yiqian/node-crypto')
    .map((m) => m.message);
}

describe('a forbidden import fails the lint', () => {
  const forbidden: [string, string, RegExp][] = [
    [
      'core/pki/x.ts',
      "import { app } from 'electron'; export default app;",
      /electron may not be imported by core\/pki/,
    ],
    [
      'core/crypto/x.ts',
      "import type { Signer } from '#core/pki/types.ts'; export type S = Signer;",
      /core\/crypto may not import core\/pki/,
    ],
    ['core/pdf/x.ts', "export * from '../token/index.ts';", /core\/pdf may not import core\/token/],
    ['core/signing/x.ts', "export * from '../../main/index.ts';", /core\/signing may not import main/],
    ['renderer/x.ts', "export * from '#core/crypto/index.ts';", /renderer may not import core\/crypto/],
    ['renderer/x.ts', "import fs from 'node:fs'; export default fs;", /node:\* may not be imported by renderer/],
    ['renderer/x.ts', "import fs from 'fs'; export default fs;", /node:\* may not be imported by renderer/],
    ['renderer/x.ts', "export const p = import('electron');", /electron may not be imported by renderer/],
    ['preload/x.ts', "export * from '../main/ipc.ts';", /preload may not import main/],
    ['shared/x.ts', "export * from '../core/errors/index.ts';", /shared may not import core\/errors/],
    ['main/x.ts', "export * from '../backend/index.ts';", /main may not import backend/],
    ['main/x.ts', "export * from '../../test/e2e/electron.ts';", /nothing outside src/],
    ['main/x.ts', "import p from 'pkcs11js'; export default p;", /pkcs11js may be imported by token-host only/],
    ['cli/x.ts', "export * from '#core/pki/certificate.ts';", /only through its index.ts or types.ts/],
    ['cli/x.ts', "import x from 'left-pad'; export default x;", /left-pad is on no list/],
    ['main/x.ts', "export const x = require('fastify');", /fastify may not be imported by main/],
  ];
  it.each(forbidden)('%s: %s', async (file, code, why) => {
    expect(await complaints(file, code)).toEqual([expect.stringMatching(why)]);
  });

  const asked: string[] = [
    "import { createHash } from 'node:crypto'; export const h = createHash('sm3');",
    "import { createCipheriv as c } from 'crypto'; export const x = c('SM4-CBC', k, v);",
    "import crypto from 'node:crypto'; export const h = crypto.createHmac('sm3', k);",
    "import * as crypto from 'node:crypto'; export const k = crypto.generateKeyPairSync('ec', { namedCurve: 'SM2' });",
  ];
  it.each(asked)('SM algorithms are not asked of node:crypto: %s', async (code) => {
    expect(await complaints('core/crypto/x.ts', code)).toEqual([expect.stringMatching(/never from node:crypto/)]);
  });
});

describe('an allowed import passes', () => {
  const allowed: [string, string][] = [
    ['core/pki/x.ts', "export * from '#core/crypto/index.ts';"],
    ['core/signing/x.ts', "export * from '../verify/index.ts';"],
    ['main/x.ts', "import { app } from 'electron'; export * from '#shared/ipc.ts'; export default app;"],
    ['renderer/x.ts', "import { Button } from 'antd'; export * from '#shared/models.ts'; export default Button;"],
    ['token-host/x.ts', "import p from 'pkcs11js'; export default p;"],
    ['cli/x.ts', "import fs from 'node:fs'; export * from '#core/verify/index.ts'; export default fs;"],
    ['core/pki/x.ts', "import { createHash } from '#core/crypto/index.ts'; export const h = createHash('sm3');"],
  ];
  it.each(allowed)('%s: %s', async (file, code) => {
    expect(await complaints(file, code)).toEqual([]);
  });
});
