/** A desk that speaks HTTP alone and does what no desk of ours would: for what phone and service must not believe. */
import { expect } from '@playwright/test';
import { loginText } from '../../src/backend/index.ts';
import { sm2SignatureToDer, sm3, toHex } from '../../src/core/crypto/index.ts';

export interface Asked {
  readonly id: string;
  readonly secret: string;
  readonly path: string;
}
export interface View {
  readonly state: string;
  readonly check: string | null;
  readonly reason: string | null;
  readonly key: { readonly certificate: string } | null;
  readonly backendId: string;
  readonly signatures: readonly { readonly n: number; readonly signature?: string; readonly failed?: string }[];
}

export class ScriptedDesk {
  readonly #url: string;
  #bearer: string | undefined;

  /** @param url of the service, without a slash at the end */
  constructor(url: string) {
    this.#url = url;
  }

  /** Status and JSON of an answer. */
  async call(
    method: string,
    path: string,
    body?: object,
    bearer = this.#bearer,
  ): Promise<{ status: number; json: any }> {
    const answer = await fetch(`${this.#url}/api/v1${path}`, {
      method,
      headers: {
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    return { status: answer.status, json: text === '' ? undefined : JSON.parse(text) };
  }

  async #made(path: string, body: object): Promise<Asked> {
    const { status, json } = await this.call('POST', path, body);
    expect(status, JSON.stringify(json)).toBe(201);
    return json as Asked;
  }

  login(desk = '脚本电脑'): Promise<Asked> {
    return this.#made('/phone/logins', { desk });
  }

  /** A list of so many invented documents. */
  list(count = 1, desk = '脚本电脑'): Promise<Asked> {
    const rows = Array.from({ length: count }, (_, i) => ({
      type: '首次病程记录',
      initials: '王＊',
      digest: toHex(sm3(Uint8Array.of(i))),
    }));
    const listDigest = toHex(sm3(Uint8Array.of(count)));
    return this.#made('/phone/lists', { desk, rows, listDigest, signatures: count, seals: false });
  }

  async view({ id, secret }: Asked): Promise<View> {
    const { status, json } = await this.call('GET', `/phone/requests/${id}`, undefined, secret);
    expect(status, JSON.stringify(json)).toBe(200);
    return json as View;
  }

  async until(asked: Asked, fits: (view: View) => boolean): Promise<View> {
    let view = await this.view(asked);
    await expect
      .poll(async () => fits((view = await this.view(asked))), { timeout: 30_000, intervals: [50] })
      .toBe(true);
    return view;
  }

  /** Has this signed under the approval: the value, or why the phone did not. */
  async sign(asked: Asked, n: number, message: Uint8Array): Promise<{ signature?: string; failed?: string }> {
    const given = { n, row: 0, message: Buffer.from(message).toString('base64') };
    const body = { messages: [given], taken: [] };
    const { status, json } = await this.call('POST', `/phone/requests/${asked.id}/messages`, body, asked.secret);
    expect(status, JSON.stringify(json)).toBe(200);
    const view = await this.until(asked, ({ signatures }) => signatures.some((s) => s.n === n));
    return view.signatures.find((s) => s.n === n)!;
  }

  /** Signs in with what the phone has approved; from then on this desk has a session. */
  async signIn(asked: Asked): Promise<void> {
    const { key, backendId } = await this.until(asked, ({ state }) => state === 'approved');
    const { json: challenge } = await this.call('POST', '/login/challenge');
    const { signature } = await this.sign(asked, 0, loginText(backendId, challenge));
    const { status, json } = await this.call('POST', '/login', {
      challengeId: challenge.challengeId,
      certificate: key!.certificate,
      signature: Buffer.from(sm2SignatureToDer(Uint8Array.from(Buffer.from(signature!, 'base64')))).toString('base64'),
    });
    expect(status, JSON.stringify(json)).toBe(200);
    this.#bearer = (json as { token: string }).token;
    await this.end(asked);
  }

  async end({ id, secret }: Asked): Promise<void> {
    await this.call('DELETE', `/phone/requests/${id}`, undefined, secret);
  }
}
