/** Whether phones would get their page: asked from this desk, by the address that stands in its codes. For the diagnosis. */
import { asYqError } from '#core/errors/index.ts';
import type { HttpClient } from '#core/pki/types.ts';

interface Words {
  readonly zh: string;
  readonly en: string;
}

export interface PageCheck {
  readonly value: string | Words;
  readonly state: 'ok' | 'warning' | 'error';
  readonly next?: Words;
}

const TIMEOUT = 5_000;
const MAX_BYTES = 1024 * 1024;

/** Where browsers take http for secure (W3C Secure Contexts, 3.1): on the machine itself. */
const isHere = (url: URL): boolean => /^(localhost|127(\.\d+){3}|\[::1\])$/.test(url.hostname);

export async function checkPhonePage(phoneUrl: string, http: HttpClient): Promise<PageCheck> {
  const url = `${phoneUrl}/phone/`;
  try {
    const begun = performance.now();
    const { status, headers } = await http({ url, method: 'GET', timeout: TIMEOUT, maxBytes: MAX_BYTES });
    const value = `${url} · ${Math.round(performance.now() - begun)} ms`;
    if (status !== 200 || !/^text\/html\b/i.test(headers['content-type'] ?? '')) {
      return {
        value: `${url} · HTTP ${status}`,
        state: 'warning',
        next: {
          zh: '病历服务没有提供手机页面，扫码登录和签署不能用；请信息科检查服务的手机页面目录和反向代理。',
          en: 'The record service serves no page for phones, so none can sign: IT should look at its folder and the proxy.',
        },
      };
    }
    const { protocol } = new URL(url);
    if (protocol === 'https:' || isHere(new URL(url))) return { value, state: 'ok' };
    return {
      value,
      state: 'warning',
      next: {
        zh: '手机只在 https 下开放摄像头和密钥存储；请信息科为手机配置 https 地址（策略 phoneUrl）。',
        en: 'Phones give camera and key storage over https alone: IT should give them an https address (policy phoneUrl).',
      },
    };
  } catch (e) {
    const error = asYqError(e, 'BACKEND_UNREACHABLE');
    const [zh, en] = [error.text('zh'), error.text('en')];
    return {
      value: { zh: `${url} · ${zh.what} ${error.code}`, en: `${url} · ${en.what} ${error.code}` },
      state: 'warning',
      next: { zh: zh.next, en: en.next },
    };
  }
}
