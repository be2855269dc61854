/**
 * The IPC contract: every channel by name (`area:verb`), with the schema of what goes in and what comes out. Both sides parse with
 * these same schemas: main before a use case runs and before its answer leaves, the preload before a value reaches the page.
 */
import { z } from 'zod';
import { auditCalls } from './audit.ts';
import { batchCalls, batchEvents } from './batch.ts';
import { cosignCalls } from './cosign.ts';
import { consentCalls, consentEvents } from './consent.ts';
import { wireError } from './errors.ts';
import { lifeCalls } from './life.ts';
import * as m from './models.ts';
import { phoneCalls, phoneEvents } from './phone.ts';

const nothing = z.undefined();

export const calls = {
  'app:info': {
    input: nothing,
    output: z.object({
      version: z.string(),
      electron: z.string(),
      chrome: z.string(),
      node: z.string(),
      platform: z.string(),
    }),
  },
  'settings:get': { input: nothing, output: m.settings },
  'settings:set': { input: m.settings.omit({ locked: true }).partial(), output: m.settings },
  'session:get': { input: nothing, output: m.sessionView },
  'session:signIn': {
    input: z.object({ tokenId: z.string(), keyId: z.string(), pin: z.string().min(1).max(64) }),
    output: m.sessionView,
  },
  'session:signOut': { input: nothing, output: m.sessionView },
  'session:lock': { input: nothing, output: m.sessionView },
  'tokens:list': { input: nothing, output: m.tokensView },
  'tokens:test': {
    input: z.object({ tokenId: z.string(), keyId: z.string(), pin: z.string().min(1).max(64) }),
    output: z.object({ algorithm: z.string(), milliseconds: z.number() }),
  },
  'tokens:changePin': {
    input: z.object({ tokenId: z.string(), oldPin: z.string().min(1).max(64), newPin: z.string().min(1).max(64) }),
    output: z.object({ pinTries: m.pinTries }),
  },
  'worklist:get': { input: z.object({ refresh: z.boolean() }), output: m.worklist },
  'records:open': {
    input: z.object({ recordId: z.string(), version: z.number().int().positive() }),
    output: m.openedRecord,
  },
  'records:return': {
    input: z.object({ recordId: z.string(), version: z.number().int().positive(), reason: z.string().min(1).max(500) }),
    output: m.worklist,
  },
  /** The service refused a signed document, and the person has seen it: the refusal leaves the list. What waits for upload stays. */
  'uploads:dismiss': {
    input: z.object({ recordId: z.string(), version: z.number().int().positive() }),
    output: m.worklist,
  },
  /** The copy that I signed and the service refused, or that still waits for its upload; read only. */
  'uploads:open': {
    input: z.object({ recordId: z.string(), version: z.number().int().positive() }),
    output: z.object({ document: m.openedDocument, report: m.verifyReport }),
  },
  'documents:close': { input: z.object({ handle: z.string() }), output: nothing },
  'documents:saveAs': { input: z.object({ handle: z.string() }), output: z.object({ path: z.string().nullable() }) },
  /** One approved list, one PIN. Each item names the handle whose bytes were shown; main signs those bytes and no others. */
  'sign:approve': {
    input: z.object({
      items: z
        .array(
          z.object({
            recordId: z.string(),
            version: z.number().int().positive(),
            handle: z.string(),
            placement: m.placement.nullable(),
            /** Takes the place of `placement` where given: seal in several places, riding seal, keyword, field. */
            layout: m.placementRule.nullable(),
            /** A GB/T 38540 seal; null: the record type's own appearance. */
            sealId: z.string().nullable(),
            /** Sign a copy from which content that can change the look was dropped; the person has seen what. */
            dropActive: z.boolean(),
            reason: z.string().max(200),
          }),
        )
        .min(1)
        .max(1000),
      pin: z.string().min(1).max(64),
    }),
    output: z.object({ jobId: z.string(), results: z.array(m.signResult) }),
  },
  'sign:cancel': { input: nothing, output: nothing },
  'seals:list': { input: nothing, output: z.array(m.sealView) },
  /** Asks for an .esl file; an empty list when the person thinks better of it. */
  'seals:import': { input: nothing, output: z.array(m.sealView) },
  'seals:remove': { input: z.object({ sealId: z.string() }), output: z.array(m.sealView) },
  /** Draws a picture and serves it; nothing is kept. */
  'seals:draw': {
    input: m.sealDrawing,
    output: z.object({ url: z.string(), widthMm: z.number(), heightMm: z.number() }),
  },
  /** Asks for a picture file; null when the person thinks better of it. */
  'seals:choosePicture': {
    input: nothing,
    output: z.object({ handle: z.string(), name: z.string(), url: z.string(), format: z.string() }).nullable(),
  },
  /** Makes a seal with the maker's key and saves it where the person says. */
  'seals:make': {
    input: z.object({
      name: z.string().min(1).max(100),
      type: z.number().int().min(1).max(99),
      picture: z.union([
        z.object({ drawing: m.sealDrawing }),
        z.object({ handle: z.string(), widthMm: z.number().positive(), heightMm: z.number().positive() }),
      ]),
      /** Serial numbers of signing certificates on the tokens present, or handles of chosen certificate files. */
      holders: z.array(z.string()).min(1).max(50),
      validFrom: z.string(),
      validTo: z.string(),
      maker: z.object({ tokenId: z.string(), keyId: z.string(), pin: z.string().min(1).max(64) }),
    }),
    output: z.object({ path: z.string().nullable(), seal: m.sealView.nullable() }),
  },
  /** Certificates (PEM, DER) of people who may use a new seal, from files. */
  'seals:chooseHolders': {
    input: nothing,
    output: z.array(z.object({ handle: z.string(), commonName: z.string(), serial: z.string(), notAfter: z.string() })),
  },
  /** Works a rule out in an open document. */
  'placement:resolve': {
    input: z.object({
      handle: z.string(),
      rule: m.placementRule,
      widthMm: z.number().positive(),
      heightMm: z.number().positive(),
    }),
    output: m.resolvedPlacement,
  },
  'verify:choose': {
    input: nothing,
    output: z.array(z.object({ document: m.openedDocument, report: m.verifyReport })),
  },
  'verify:paths': {
    input: z.object({ paths: z.array(z.string()).min(1).max(1000) }),
    output: z.array(z.object({ document: m.openedDocument, report: m.verifyReport })),
  },
  'verify:exportReport': {
    input: z.object({ handle: z.string(), kind: z.enum(['json', 'pdf']) }),
    output: z.object({ path: z.string().nullable() }),
  },
  /** Judges an encrypted file again with its password. */
  'verify:unlock': {
    input: z.object({ handle: z.string(), password: z.string().max(200) }),
    output: z.object({ document: m.openedDocument, report: m.verifyReport }),
  },
  /** The document as one of its revisions had it, to be shown beside another. */
  'verify:revision': {
    input: z.object({ handle: z.string(), revision: z.number().int().positive() }),
    output: z.object({ url: z.string() }),
  },
  /** Begins to judge a folder; rows come with `verify:folderProgress`. Null when no folder was chosen. `path` only from a drop. */
  'verify:folder': {
    input: z.object({ path: z.string().nullable() }),
    output: z.object({ jobId: z.string(), total: z.number().int() }).nullable(),
  },
  'verify:folderCancel': { input: z.object({ jobId: z.string() }), output: nothing },
  /** One row of the table, opened as any other file. */
  'verify:folderOpen': {
    input: z.object({ jobId: z.string(), name: z.string() }),
    output: z.object({ document: m.openedDocument, report: m.verifyReport }),
  },
  'verify:folderExport': {
    input: z.object({ jobId: z.string(), kind: z.enum(['csv', 'json']) }),
    output: z.object({ path: z.string().nullable() }),
  },
  ...batchCalls,
  ...lifeCalls,
  ...consentCalls,
  ...auditCalls,
  ...cosignCalls,
  ...phoneCalls,
  'health:get': { input: nothing, output: m.health },
  'diagnose:run': { input: nothing, output: m.diagnosis },
  'diagnose:copy': { input: nothing, output: nothing },
} as const;

export const events = {
  'settings:changed': m.settings,
  'session:changed': m.sessionView,
  'tokens:changed': m.tokensView,
  'worklist:changed': m.worklist,
  'sign:progress': m.signProgress,
  'health:changed': m.health,
  ...batchEvents,
  ...consentEvents,
  ...phoneEvents,
  'verify:folderProgress': m.folderProgress,
  /** A menu item or accelerator asks the window to go somewhere or do something. */
  'desk:command': z.object({
    command: z.enum([
      'go-worklist',
      'go-review',
      'go-consent',
      'go-verify',
      'go-keys',
      'go-diagnosis',
      'open-file',
      'refresh',
      'lock',
      'show-shortcuts',
    ]),
  }),
} as const;

export type CallName = keyof typeof calls;
export type CallInput<N extends CallName> = z.input<(typeof calls)[N]['input']>;
export type CallOutput<N extends CallName> = z.output<(typeof calls)[N]['output']>;
export type EventName = keyof typeof events;
export type EventPayload<N extends EventName> = z.output<(typeof events)[N]>;

/** What an invoke gives back: the value or the error, never a rejected promise with a stack in it. */
export const reply = z.union([
  z.object({ ok: z.literal(true), value: z.unknown() }),
  z.object({ ok: z.literal(false), error: wireError }),
]);

/** The API the preload exposes to the desk window as `window.yiqian`. */
export interface DeskApi {
  call<N extends CallName>(
    name: N,
    input: CallInput<N>,
  ): Promise<{ ok: true; value: CallOutput<N> } | { ok: false; error: z.infer<typeof wireError> }>;
  /** Returns the function that ends the subscription. */
  on<N extends EventName>(name: N, listener: (payload: EventPayload<N>) => void): () => void;
  /** Full path of a file that was dropped on the window. */
  pathForFile(file: File): string;
}
