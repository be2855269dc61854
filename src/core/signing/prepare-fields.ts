/**
 * Makes the empty signature fields that a workflow needs, before anybody signs: copied into a draft beside the target, extended and read
 * back there, then renamed into place. Whatever happens, the source is untouched and the target is whole or as it was.
 */
import { createHash, toHex } from '#core/crypto/index.ts';
import { YqError } from '#core/errors/index.ts';
import { addSignatureFields, fileSource, readPdf, type NewSignatureField } from '#core/pdf/index.ts';
import { copyHashed } from './copy-hashed.ts';
import { DraftFile } from './draft-file.ts';
import { openSource } from './open-source.ts';

export interface PrepareFieldsRequest {
  readonly source: string;
  readonly target: string;
  readonly fields: readonly NewSignatureField[];
  readonly password?: string;
  readonly signal?: AbortSignal;
  /** Default true: an existing target is replaced by the rename. */
  readonly replace?: boolean;
}

export interface PrepareFieldsResult {
  readonly target: string;
  /** Names of all signature fields of the new document that nobody has signed. */
  readonly emptyFields: readonly string[];
  /** Hex. */
  readonly sm3Before: string;
  readonly sm3After: string;
}

/**
 * @throws PDF_FIELDS_FORBIDDEN, PDF_FIELD, PDF_PAGE, PDF_PLACEMENT and what reading a PDF throws; SIGN_INPUT,
 * SIGN_OUTPUT, SIGN_DISK_FULL, SIGN_TARGET_EXISTS, SIGN_TARGET_IS_SOURCE, SIGN_CANCELLED, SIGN_SELF_CHECK
 */
export async function prepareFields(request: PrepareFieldsRequest): Promise<PrepareFieldsResult> {
  const source = await openSource(request);
  let draft: DraftFile | undefined;
  try {
    draft = await DraftFile.create(request.target);
    const hash = createHash('sm3');
    const size = await copyHashed({
      source,
      sourcePath: request.source,
      draft,
      hashes: [hash],
      checkpoint: () => {
        if (request.signal?.aborted === true) throw new YqError('SIGN_CANCELLED');
      },
    });
    const sm3Before = toHex(hash.clone().digest());
    const increment = await reading(draft.path, request.password, (file) => addSignatureFields(file, request.fields));
    await draft.write(increment, size);
    const emptyFields = await reading(draft.path, request.password, async (file) => {
      const empty: string[] = [];
      for (const field of await file.signatureFields())
        if ((await file.resolve(field.value)) === null) empty.push(field.name);
      return empty;
    });
    const lost = request.fields.find(({ name }) => !emptyFields.includes(name));
    if (lost !== undefined) throw new YqError('SIGN_SELF_CHECK', { detail: `no empty field ${lost.name}` });
    await draft.setMode((await source.stat()).mode);
    await draft.sync();
    await draft.publish(request.replace ?? true);
    return { target: draft.target, emptyFields, sm3Before, sm3After: toHex(hash.update(increment).digest()) };
  } finally {
    await draft?.discard();
    await source.close().catch(() => undefined);
  }
}

async function reading<T>(
  path: string,
  password: string | undefined,
  act: (file: Awaited<ReturnType<typeof readPdf>>) => Promise<T>,
): Promise<T> {
  const source = await fileSource(path);
  try {
    return await act(await readPdf(source, { password }));
  } finally {
    await source.close();
  }
}
