/** Every request of a page: custom schemes, will-navigate, webRequest, response headers; and the permissions of its origin. */
import type { Protocol } from './cdp.ts';
import { cdp } from './process-state.ts';
import { cspToChrome, fromChrome, toChrome } from './protocol.ts';
import { permissionNames, type BeforeAnswer, type HeadersAnswer } from './session.ts';
import type { WebContents } from './web-contents.ts';

type Paused = Protocol.Fetch.requestPausedPayload;
type Header = Protocol.Fetch.HeaderEntry;

const kinds: Readonly<Record<string, string>> = {
  Stylesheet: 'stylesheet',
  Script: 'script',
  Image: 'image',
  Font: 'font',
  XHR: 'xhr',
  Fetch: 'xhr',
  Media: 'media',
  WebSocket: 'webSocket',
};
const kindOf = (type: string, isMain: boolean): string =>
  type === 'Document' ? (isMain ? 'mainFrame' : 'subFrame') : (kinds[type] ?? 'other');

export async function answerRequest(contents: WebContents, p: Paused): Promise<void> {
  const url = fromChrome(p.request.url);
  const { requestId } = p;
  const { session } = contents;
  const fail = (errorReason: Protocol.Network.ErrorReason) =>
    contents._send('Fetch.failRequest', { requestId, errorReason });

  if (p.responseStatusCode !== undefined || p.responseErrorReason) {
    // An http(s) response on its way in.
    if (p.responseErrorReason || !session._headers || !session._matches(session._headers, url)) {
      await contents._send('Fetch.continueRequest', { requestId });
      return;
    }
    const responseHeaders = await rewriteHeaders(contents, p, url, p.responseStatusCode ?? 0, p.responseHeaders ?? []);
    await contents._send('Fetch.continueResponse', {
      requestId,
      responseHeaders,
      ...(p.responseStatusCode !== undefined && { responseCode: p.responseStatusCode }),
    });
    return;
  }

  const isMain = p.resourceType === 'Document' && p.frameId === contents._frameId;
  if (p.resourceType === 'Document') {
    if (isMain && p.request.url === contents._expected) contents._expected = '';
    else if (!contents._mayNavigate(url, isMain)) return void (await fail('Aborted'));
  }
  // Chrome asks for this one, Electron does not.
  if (p.resourceType === 'Other' && url.endsWith('/favicon.ico')) {
    return void (await contents._send('Fetch.fulfillRequest', { requestId, responseCode: 204 }));
  }
  const before = session._before;
  if (before && session._matches(before, url)) {
    const answer = await new Promise<BeforeAnswer>((resolve) => {
      before.listener(
        {
          id: 0,
          url,
          method: p.request.method,
          resourceType: kindOf(p.resourceType, isMain),
          webContentsId: contents.id,
          webContents: contents,
          referrer: '',
          timestamp: Date.now(),
        },
        resolve,
      );
    });
    if (answer.cancel) return void (await fail('BlockedByClient'));
    if (answer.redirectURL) {
      const responseHeaders = [{ name: 'Location', value: toChrome(answer.redirectURL) }];
      return void (await contents._send('Fetch.fulfillRequest', { requestId, responseCode: 307, responseHeaders }));
    }
  }

  const handler = session.protocol._handlerFor(url);
  if (!handler) {
    const interceptResponse = !url.startsWith('file:') && session._headers !== undefined;
    await contents._send('Fetch.continueRequest', { requestId, interceptResponse });
    return;
  }
  let response: Response;
  try {
    response = await handler(requestOf(p, url));
  } catch (e) {
    console.error('stand-in: protocol handler', url, e);
    return void (await fail('Failed'));
  }
  if (response.type === 'error') return void (await fail('Failed'));
  let headers: Header[] = [...response.headers].map(([name, value]) => ({ name, value }));
  if (session._headers && session._matches(session._headers, url)) {
    headers = await rewriteHeaders(contents, p, url, response.status, headers);
  }
  await contents._send('Fetch.fulfillRequest', {
    requestId,
    responseCode: response.status,
    responseHeaders: headers.map(({ name, value }) => ({
      name,
      value: /^content-security-policy/i.test(name) ? cspToChrome(value) : toChrome(value),
    })),
    body: Buffer.from(await response.arrayBuffer()).toString('base64'),
  });
}

function requestOf(p: Paused, url: string): Request {
  const headers = new Headers();
  for (const [name, value] of Object.entries(p.request.headers)) headers.set(name, fromChrome(value));
  const { method, postDataEntries, postData } = p.request;
  if (method === 'GET' || method === 'HEAD') return new Request(url, { method, headers });
  const body = postDataEntries
    ? Buffer.concat(postDataEntries.map((e) => Buffer.from(e.bytes ?? '', 'base64')))
    : (postData ?? null);
  return new Request(url, { method, headers, body });
}

async function rewriteHeaders(
  c: WebContents,
  p: Paused,
  url: string,
  statusCode: number,
  list: readonly Header[],
): Promise<Header[]> {
  const responseHeaders: Record<string, string[]> = {};
  for (const { name, value } of list) (responseHeaders[name] ??= []).push(value);
  const details = {
    id: 0,
    url,
    resourceType: kindOf(p.resourceType, false),
    statusCode,
    statusLine: `HTTP/1.1 ${statusCode}`,
    responseHeaders,
    webContentsId: c.id,
  };
  const answer = await new Promise<HeadersAnswer | undefined>((resolve) =>
    c.session._headers?.listener(details, resolve),
  );
  return Object.entries(answer?.responseHeaders ?? responseHeaders).flatMap(([name, values]) =>
    [values].flat().map((value) => ({ name, value })),
  );
}

/** No prompt can be met from outside: the handlers are asked once per navigation and their answers set as the origin's state. */
export function applyPermissions(contents: WebContents, securityOrigin: string): void {
  if (!securityOrigin.startsWith('https://')) return;
  const asked = { requestingUrl: contents.getURL(), isMainFrame: true };
  const { _check, _request } = contents.session;
  for (const [permission, names] of Object.entries(permissionNames)) {
    for (const name of names) {
      const set = (granted: boolean): void => {
        cdp()
          .send('Browser.setPermission', {
            permission: { name },
            setting: granted ? 'granted' : 'denied',
            origin: securityOrigin,
          })
          .catch(() => {}); // a name this Chromium does not know
      };
      const media = name === 'camera' ? 'video' : name === 'microphone' ? 'audio' : undefined;
      const details = { ...asked, ...(media && { mediaType: media, mediaTypes: [media] }) };
      if (_check && !_check(contents, permission, fromChrome(securityOrigin), details)) set(false);
      else if (_request) _request(contents, permission, set, details);
      else set(true);
    }
  }
}
