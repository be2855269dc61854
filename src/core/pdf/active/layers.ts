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
  const config = await file.resolve(properties.get('D'));
  const count = isArray(groups) ? groups.length : 0;
  // A layer that the list leaves out is off for some readers all the same.
  const hidden = config instanceof PdfDict ? await hidesSome(file, config, count) : undefined;
  if (hidden !== undefined) return { code: 'LAYERS_HIDE', detail: hidden };
  if (!isArray(groups) || count === 0) return undefined;
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

/** A membership (8.11.2.2) that shows its content when a layer is off: all being on, it hides. */
export async function hidesWhenOn(file: PdfFile, dict: PdfDict): Promise<boolean> {
  const type = await file.resolve(dict.get('Type'));
  if (!(type instanceof PdfName) || type.value !== 'OCMD') return false;
  const policy = await file.resolve(dict.get('P'));
  if (policy instanceof PdfName && (policy.value === 'AllOff' || policy.value === 'AnyOff')) return true;
  return dict.has('VE') && (await negates(file, dict.get('VE'), 0));
}

/** Whether a visibility expression asks for a layer that is off, at any depth. */
async function negates(file: PdfFile, written: PdfObject | undefined, depth: number): Promise<boolean> {
  const expression = await file.resolve(written);
  if (!isArray(expression)) return false;
  const [operator, ...operands] = expression;
  const name = await file.resolve(operator);
  if (depth > MAX_DEPTH || (name instanceof PdfName && name.value === 'Not')) return true;
  for (const operand of operands) if (await negates(file, operand, depth + 1)) return true;
  return false;
}

const MAX_DEPTH = 16;

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
  // Some readers follow a layer's usage on screen and paper whether an event tells them to or not.
  for (const written of (await list(properties.get('OCGs'))).slice(0, MAX_LAYERS)) {
    const group = await file.resolve(written);
    const usage = group instanceof PdfDict ? await file.resolve(group.get('Usage')) : null;
    if (!(usage instanceof PdfDict)) continue;
    for (const [key, state] of Object.entries(STATES)) {
      if (events.length === 0 && key === 'Export') continue;
      const one = await file.resolve(usage.get(key));
      const value = one instanceof PdfDict ? await file.resolve(one.get(state)) : null;
      if (value instanceof PdfName && value.value === 'OFF') return `Usage ${key} OFF`;
    }
  }
  return undefined;
}

/** Categories of usage that only matter where a layer says OFF. */
const STATES: Readonly<Record<string, string>> = { Print: 'PrintState', View: 'ViewState', Export: 'ExportState' };
