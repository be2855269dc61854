/** Optional content (ISO 32000-2, 8.11): whether every layer is always shown. */
import { isArray, PdfDict, PdfName, type PdfArray, type PdfObject } from '../objects.ts';
import type { PdfFile } from '../types.ts';
import type { ActiveCode } from './kinds.ts';

const MAX_LAYERS = 5_000;

/** Undefined when the document has no layers at all. */
export async function layersOf(
  file: PdfFile,
  written: PdfObject | undefined,
): Promise<{ readonly code: ActiveCode; readonly detail: string } | undefined> {
  const properties = await file.resolve(written);
  if (!(properties instanceof PdfDict)) return undefined;
  const groups = await file.resolve(properties.get('OCGs'));
  if (!isArray(groups) || groups.length === 0) return undefined;
  const config = await file.resolve(properties.get('D'));
  const hidden = config instanceof PdfDict ? await hidesSome(file, config, groups.length) : undefined;
  if (hidden !== undefined) return { code: 'LAYERS_HIDE', detail: hidden };
  const switching = await switches(file, properties, config);
  if (switching !== undefined) return { code: 'LAYERS_SWITCH', detail: switching };
  return { code: 'LAYERS', detail: `${groups.length} layers` };
}

async function hidesSome(file: PdfFile, config: PdfDict, groups: number): Promise<string | undefined> {
  const off = await file.resolve(config.get('OFF'));
  if (isArray(off) && off.length > 0) return `${off.length} of ${groups} layers are off`;
  const base = await file.resolve(config.get('BaseState'));
  return base instanceof PdfName && base.value !== 'ON' ? `BaseState ${base.value}` : undefined;
}

/** Other configurations, and states set by events: printing, zooming, the reader's language. */
async function switches(file: PdfFile, properties: PdfDict, config: PdfObject): Promise<string | undefined> {
  const list = async (value: PdfObject | undefined): Promise<PdfArray> => {
    const found = await file.resolve(value);
    return isArray(found) ? found : [];
  };
  if ((await list(properties.get('Configs'))).length > 0) return 'Configs';
  const events = config instanceof PdfDict ? await list(config.get('AS')) : [];
  for (const written of events) {
    const event = await file.resolve(written);
    for (const category of event instanceof PdfDict ? await list(event.get('Category')) : []) {
      const name = await file.resolve(category);
      if (!(name instanceof PdfName) || !Object.hasOwn(STATES, name.value)) return 'AS';
    }
  }
  if (events.length === 0) return undefined;
  for (const written of (await list(properties.get('OCGs'))).slice(0, MAX_LAYERS)) {
    const group = await file.resolve(written);
    const usage = group instanceof PdfDict ? await file.resolve(group.get('Usage')) : null;
    if (!(usage instanceof PdfDict)) continue;
    for (const [key, state] of Object.entries(STATES)) {
      const one = await file.resolve(usage.get(key));
      const value = one instanceof PdfDict ? await file.resolve(one.get(state)) : null;
      if (value instanceof PdfName && value.value === 'OFF') return `AS, Usage ${key} OFF`;
    }
  }
  return undefined;
}

/** Categories of usage that only matter where a layer says OFF. */
const STATES: Readonly<Record<string, string>> = { Print: 'PrintState', View: 'ViewState', Export: 'ExportState' };
