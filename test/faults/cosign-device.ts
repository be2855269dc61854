/** A device in a process of its own, to be killed: signs without end with the key of a folder. Says "signed N" after each. */
import { randomBytes } from '#core/crypto/index.ts';
import type { HttpClient } from '#core/pki/types.ts';
import { cosignProvider } from '#core/token/index.ts';

const [dir = '', url = '', pin = ''] = process.argv.slice(2);
const http: HttpClient = async ({ url: to, headers, body }) => {
  const answer = await fetch(to, { method: 'POST', ...(headers && { headers }), body: new Uint8Array(body ?? []) });
  return { status: answer.status, headers: {}, body: new Uint8Array(await answer.arrayBuffer()) };
};
const same = (bytes: Uint8Array): Promise<Uint8Array> => Promise.resolve(bytes.slice());
const provider = cosignProvider({
  dir,
  url,
  http,
  protector: { protect: same, unprotect: same },
  now: () => new Date(),
});
const [info] = await provider.list();
if (info === undefined) throw new Error('no key');
const token = await provider.open(info.id);
await token.login(pin);
const [key] = await token.certificates();
for (let n = 1; ; n++) {
  await token.signMessage(key?.keyId ?? '', randomBytes(64));
  process.stdout.write(`signed ${n}\n`);
  if (n % 7 === 0) {
    await provider.refresh(info.id, pin);
    await token.login(pin);
  }
}
