/**
 * The rules of record types, as the hospital gives them in a file: who signs in which order, what must be read one by one, what may be
 * withdrawn, by when it is due. No handler knows a type by name.
 */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { LEVELS, type Level } from './types.ts';

const words = z.strictObject({ zh: z.string().min(1), en: z.string().min(1) });
const level = z.enum(LEVELS);

const typeRule = z.strictObject({
  id: z.string().regex(/^[a-z][a-z0-9-]{0,63}$/),
  /** As it stands in a record's `type`. */
  name: z.string().min(1).max(64),
  en: z.string().min(1).max(64),
  /** Lowest first. `required`: a record of this type has a signer of this level. */
  levels: z
    .array(z.strictObject({ level, role: words, required: z.boolean() }))
    .min(1)
    .max(LEVELS.length),
  /** An intern's record needs a signer licensed here of this level or above (病历书写基本规范 art. 8); null: interns do not write it. */
  internNeeds: z.enum(['resident', 'attending', 'chief']).nullable(),
  /** Each one is to be read before it is signed. */
  mustReview: z.boolean(),
  /** May be signed with others under one PIN; false makes it `mustReview` for the desk. */
  batchAllowed: z.boolean(),
  /** A signature may be taken back before the next level has signed. */
  mayWithdraw: z.boolean(),
  /** After a superior's change the lower levels sign the new version too. */
  lowerSignAgain: z.boolean(),
  urgent: z.boolean(),
  /** Hours from the event that the record tells of. */
  deadline: z.strictObject({ hours: z.number().positive(), from: words, source: words }).nullable(),
});

const ruleFile = z.strictObject({
  hospital: z.string().min(1),
  /** What a person's title means. `licensed`: registered to practise in this institution. */
  titles: z.array(z.strictObject({ title: z.string().min(1), level, licensed: z.boolean() })),
  types: z.array(typeRule),
});

export type TypeRule = z.output<typeof typeRule>;
export type RuleFile = z.output<typeof ruleFile>;

export interface Standing {
  readonly level: Level;
  readonly licensed: boolean;
}

export const rankOf = (l: Level): number => LEVELS.indexOf(l);

export class RecordRules {
  readonly file: RuleFile;
  readonly #types: ReadonlyMap<string, TypeRule>;
  readonly #titles: ReadonlyMap<string, Standing>;

  /** @throws Error that names the place, when the file does not fit or contradicts itself */
  constructor(value: unknown, name = 'record types') {
    const parsed = ruleFile.safeParse(value);
    if (!parsed.success) {
      const issue = parsed.error.issues[0];
      throw new Error(`${name}: ${issue?.path.join('.') ?? ''} ${issue?.message ?? ''}`.trim());
    }
    this.file = parsed.data;
    const refuse = (why: string): never => {
      throw new Error(`${name}: ${why}`);
    };
    const ids = new Set<string>();
    for (const t of this.file.types) {
      if (ids.has(t.id) || ids.has(t.name)) refuse(`${t.name} is there twice`);
      ids.add(t.id).add(t.name);
      const ranks = t.levels.map((l) => rankOf(l.level));
      if (ranks.some((r, i) => i > 0 && r <= (ranks[i - 1] ?? 0)))
        refuse(`${t.name}: levels go from low to high, each once`);
      if (!t.levels.some((l) => l.required && l.level !== 'intern'))
        refuse(`${t.name}: nobody licensed has to sign it`);
      const needs = t.internNeeds;
      if (needs !== null && !t.levels.some((l) => rankOf(l.level) >= rankOf(needs))) {
        refuse(`${t.name}: no level is high enough to answer for an intern`);
      }
    }
    this.#types = new Map(this.file.types.map((t) => [t.name, t]));
    this.#titles = new Map(this.file.titles.map(({ title, ...standing }) => [title, standing]));
    if (this.#titles.size !== this.file.titles.length) refuse('a title is there twice');
  }

  static read(file: string): RecordRules {
    return new RecordRules(JSON.parse(readFileSync(file, 'utf8')), file);
  }

  /** Undefined for a type the hospital has no rules for: such a record is signed as it is handed in. */
  type(name: string): TypeRule | undefined {
    return this.#types.get(name);
  }

  /** Undefined for who signs no medical records: a nurse, a technician. */
  standing(title: string): Standing | undefined {
    return this.#titles.get(title);
  }

  /** Whether a person of this title may sign, or change, what asks for `wanted`; null asks for nothing. */
  reaches(title: string, wanted: Level | null): boolean {
    if (wanted === null) return true;
    const own = this.standing(title);
    if (own === undefined) return false;
    if (wanted === 'intern') return true;
    return own.licensed && rankOf(own.level) >= rankOf(wanted);
  }
}
