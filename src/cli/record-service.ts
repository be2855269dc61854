/** The record service as an administrator asks it from the command line. */
import { readFile } from 'node:fs/promises';
import { isErrorCode, YqError } from '#core/errors/index.ts';
import { UsageError } from './arguments.ts';
import { httpClient } from './http.ts';
import type { Terminal } from './terminal.ts';
import type { CommandName } from './usage.ts';

const MOST_BYTES = 512 * 1024 * 1024;
const TIMEOUT = 120_000;

export interface RecordService {
  /** The body of a GET below /api/v1. Throws what the service says, BACKEND_UNREACHABLE, BACKEND_REFUSED. */
  get(path: string): Promise<Uint8Array>;
  /** The body that a POST of JSON answers with. Throws as `get`. */
  post(path: string, body: unknown): Promise<Uint8Array>;
}

/** The secret is the first line of a file, never an argument. */
export async function recordService(
  url: string,
  secretFile: string | undefined,
  terminal: Terminal,
  command: CommandName,
): Promise<RecordService> {
  if (secretFile === undefined) {
    throw new UsageError('--backend 要和 --secret-file 一起用。', '--backend needs --secret-file.', command);
  }
  const text =
    secretFile === '-'
      ? await terminal.readAll()
      : await readFile(secretFile, 'utf8').catch(() => {
          throw new UsageError(
            `密钥文件“${secretFile}”读不出来。`,
            `The secret file "${secretFile}" cannot be read.`,
            command,
          );
        });
  const secret = (text.split(/\r?\n/, 1)[0] ?? '').trim();
  const base = url.replace(/\/+$/, '');
  const ask = async (method: 'GET' | 'POST', path: string, json?: unknown): Promise<Uint8Array> => {
    const response = await httpClient({
      url: `${base}/api/v1${path}`,
      method,
      headers: {
        authorization: `Bearer ${secret}`,
        ...(json === undefined ? {} : { 'content-type': 'application/json' }),
      },
      ...(json === undefined ? {} : { body: new TextEncoder().encode(JSON.stringify(json)) }),
      timeout: TIMEOUT,
      maxBytes: MOST_BYTES,
    }).catch((cause: unknown) => {
      throw new YqError('BACKEND_UNREACHABLE', { cause, detail: cause instanceof Error ? cause.message : '' });
    });
    if (response.status >= 200 && response.status < 300) return response.body;
    throw refusal(response.status, response.body);
  };
  return { get: (path) => ask('GET', path), post: (path, body) => ask('POST', path, body) };
}

function refusal(status: number, body: Uint8Array): YqError {
  try {
    const { code, params } = JSON.parse(new TextDecoder().decode(body)) as {
      readonly code?: unknown;
      readonly params?: Record<string, string | number>;
    };
    if (typeof code === 'string' && isErrorCode(code)) return new YqError(code, { params: params ?? {} });
  } catch {
    // A proxy's page: the status is all there is to tell.
  }
  return new YqError('BACKEND_REFUSED', { params: { reason: `HTTP ${status}` } });
}
