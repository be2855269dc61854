/**
 * openapi.json is the one description of the REST interface: routes, validation, media types and who may call are taken from it, so
 * that the file and the server cannot drift apart.
 */
import { readFileSync } from 'node:fs';

export type JsonSchema = Readonly<Record<string, unknown>>;

interface Parameter {
  readonly name: string;
  readonly in: 'path' | 'query' | 'header';
  readonly required?: boolean;
  readonly schema: JsonSchema;
}
type Content = Readonly<Record<string, { readonly schema: JsonSchema }>>;
interface OperationObject {
  readonly operationId: string;
  readonly parameters?: readonly Parameter[];
  readonly 'x-max-body'?: number;
  readonly requestBody?: { readonly content: Content };
  readonly responses: Readonly<Record<string, { readonly content?: Content }>>;
  readonly security?: readonly Readonly<Record<string, readonly string[]>>[];
}
interface Description {
  readonly info: { readonly version: string };
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationObject>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> };
}

/** One path and method, with references resolved. */
export interface Operation {
  readonly id: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly path: string;
  /** Media types of the request body; empty when the operation has none. */
  readonly accepts: readonly string[];
  readonly guard: 'session' | 'admin' | undefined;
  readonly params: JsonSchema | undefined;
  readonly query: JsonSchema | undefined;
  readonly headers: JsonSchema | undefined;
  /** Bytes of a body, where it may be longer than the others' (`x-max-body`). */
  readonly maxBody: number | undefined;
  /** Of a JSON body. */
  readonly body: JsonSchema | undefined;
  /** By status, then media type. */
  readonly responses: ReadonlyMap<number, ReadonlyMap<string, JsonSchema>>;
}

export const description = JSON.parse(
  readFileSync(new URL('../openapi.json', import.meta.url), 'utf8'),
) as unknown as Description;

export const operations: readonly Operation[] = Object.entries(description.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => read(path, method, operation)),
);

function read(path: string, method: string, operation: OperationObject): Operation {
  const content = operation.requestBody?.content ?? {};
  const guards = (operation.security ?? []).flatMap((g) => Object.keys(g));
  const body = content['application/json']?.schema;
  return {
    id: operation.operationId,
    method: method.toUpperCase() as Operation['method'],
    path,
    accepts: Object.keys(content),
    guard: guards.includes('session') ? 'session' : guards.includes('admin') ? 'admin' : undefined,
    params: parameters(operation, 'path'),
    query: parameters(operation, 'query'),
    headers: parameters(operation, 'header'),
    maxBody: operation['x-max-body'],
    body: body === undefined ? undefined : resolve(body),
    responses: new Map(
      Object.entries(operation.responses).map(([status, response]) => [
        Number(status),
        new Map(Object.entries(response.content ?? {}).map(([type, { schema }]) => [type, resolve(schema)])),
      ]),
    ),
  };
}

function parameters(operation: OperationObject, place: Parameter['in']): JsonSchema | undefined {
  const own = (operation.parameters ?? []).filter((p) => p.in === place);
  if (own.length === 0) return undefined;
  return {
    type: 'object',
    required: own.filter((p) => p.required === true).map((p) => p.name),
    properties: Object.fromEntries(own.map((p) => [p.name, resolve(p.schema)])),
  };
}

/** Puts the referenced schemas in place of `#/components/schemas/…`; the file has no recursive ones. */
function resolve(schema: JsonSchema): JsonSchema {
  return replace(schema) as JsonSchema;
}

function replace(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(replace);
  if (typeof value !== 'object' || value === null) return value;
  const reference = (value as JsonSchema)['$ref'];
  if (typeof reference === 'string') {
    const name = reference.replace('#/components/schemas/', '');
    const target = description.components.schemas[name];
    if (target === undefined) throw new Error(`openapi.json: ${reference} is not there`);
    return replace(target);
  }
  return Object.fromEntries(Object.entries(value).map(([k, v]) => [k, replace(v)]));
}
