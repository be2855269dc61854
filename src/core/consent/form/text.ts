/** What stands in a filled-in form, as words: blanks put into the texts, dates as they are written, what is still missing. */
import { YqError } from '#core/errors/index.ts';
import { ROLE_NAMES } from '../act/reason.ts';
import type { FormContent, FormParagraph, FormTemplate, TemplateField } from '../types.ts';

/** A blank that nobody filled in. */
const EMPTY = '＿＿＿＿';

export const fieldOf = (template: FormTemplate, id: string): TemplateField | undefined =>
  template.fields.find((f) => f.id === id);

/** As it was filled in, else as the template has it. */
export const valueOf = (field: TemplateField, values: Readonly<Record<string, string>>): string =>
  ((Object.hasOwn(values, field.id) ? values[field.id] : undefined) ?? field.value).trim();

/** Ticked options of a blank of kind `checks` or `choice`, in the order of the template. */
export function ticked(field: TemplateField, values: Readonly<Record<string, string>>): string[] {
  const chosen = new Set(
    valueOf(field, values)
      .split('\n')
      .map((s) => s.trim()),
  );
  return field.options.filter((option) => chosen.has(option));
}

/** Blanks that must be filled in and are not. */
export function missingBlanks(template: FormTemplate, values: Readonly<Record<string, string>>): TemplateField[] {
  return template.fields.filter((field) => {
    if (!field.required) return false;
    if (field.kind === 'checks' || field.kind === 'choice') return ticked(field, values).length === 0;
    if (field.kind === 'date') return !isDate(valueOf(field, values));
    return valueOf(field, values) === '';
  });
}

/** @throws CONSENT_INCOMPLETE naming the blanks */
export function requireComplete(template: FormTemplate, values: Readonly<Record<string, string>>): void {
  const missing = missingBlanks(template, values);
  if (missing.length === 0) return;
  throw new YqError('CONSENT_INCOMPLETE', {
    params: {
      'fields.zh': missing.map((f) => f.label.zh).join('、'),
      'fields.en': missing.map((f) => f.label.en).join(', '),
    },
  });
}

/** As it is printed: dates in words, options with 、 between them. */
export function shownValue(field: TemplateField, values: Readonly<Record<string, string>>): string {
  const value = valueOf(field, values);
  if (field.kind === 'checks' || field.kind === 'choice') return ticked(field, values).join('、');
  return field.kind === 'date' ? longDate(value) : value;
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}:\d{2}))?$/;

function isDate(value: string): boolean {
  return DATE.test(value) && !Number.isNaN(Date.parse(value.slice(0, 10)));
}

function longDate(value: string): string {
  const match = DATE.exec(value);
  if (match === null) return value;
  const [, year, month, day, time] = match;
  return `${year} 年 ${Number(month)} 月 ${Number(day)} 日${time === undefined ? '' : ` ${time}`}`;
}

/** Puts the blanks and what is known of patient and hospital into a text of the template. */
export function filledIn(text: string, { template, values, patient, hospital, signer }: FormContent): string {
  const known: Readonly<Record<string, string>> = {
    patientName: patient.name,
    signerName: signer.name,
    hospital: hospital.name,
    department: hospital.department,
  };
  return text.replace(/\{(\w+)\}/g, (whole, id: string) => {
    const field = fieldOf(template, id);
    const own = Object.hasOwn(known, id) ? known[id] : undefined;
    const value = own ?? (field === undefined ? whole : shownValue(field, values));
    return value === '' ? EMPTY : value;
  });
}

/** 姓名 王某某 … as one sentence. */
export function patientLine({ patient, hospital }: FormContent): string {
  const sex = patient.sex === 'male' ? '男' : '女';
  return `患者 ${patient.name}，${sex}，${patient.age} 岁，${hospital.department} ${hospital.ward} ${patient.bed} 床，住院号 ${patient.admissionNumber}。`;
}

export const SECTIONS = { statement: '患方声明', staff: '医护人员声明', signatures: '签名' } as const;

/** Facts printed beside a signature. */
export function signerFacts({ signer }: FormContent): readonly (readonly [string, string])[] {
  const facts: [string, string][] = [
    ['签名人', signer.name],
    ['身份', ROLE_NAMES[signer.role]],
  ];
  if (signer.role !== 'self')
    facts.push(['与患者关系', signer.relation || EMPTY], ['代签原因', signer.reason || EMPTY]);
  return facts;
}

/** The form as paragraphs, the same words in the same order as on paper, for large type and for reading aloud. */
export function formParagraphs(content: FormContent): FormParagraph[] {
  const { template, values } = content;
  const paragraphs: FormParagraph[] = [
    { kind: 'title', text: template.title },
    { kind: 'text', text: patientLine(content) },
  ];
  for (const block of template.body) {
    switch (block.kind) {
      case 'heading':
      case 'text':
        paragraphs.push({ kind: block.kind, text: filledIn(block.text, content) });
        break;
      case 'items':
        paragraphs.push(
          ...block.items.map((item, i) => ({ kind: 'item' as const, text: `${i + 1}. ${filledIn(item, content)}` })),
        );
        break;
      case 'fields':
        for (const id of block.rows.flat()) {
          const field = fieldOf(template, id);
          if (field !== undefined)
            paragraphs.push({ kind: 'text', text: `${field.label.zh}：${shownValue(field, values) || EMPTY}` });
        }
        break;
      case 'checks': {
        const field = fieldOf(template, block.field);
        if (field === undefined) break;
        const chosen = ticked(field, values);
        const rest = field.options.filter((option) => !chosen.includes(option));
        paragraphs.push({ kind: 'text', text: `${field.label.zh}，已选：${chosen.join('、') || '无'}。` });
        if (rest.length > 0) paragraphs.push({ kind: 'text', text: `未选：${rest.join('、')}。` });
      }
    }
  }
  paragraphs.push({ kind: 'heading', text: SECTIONS.statement });
  for (const text of template.statement) paragraphs.push({ kind: 'text', text: filledIn(text, content) });
  for (const [label, value] of signerFacts(content)) paragraphs.push({ kind: 'text', text: `${label}：${value}` });
  return paragraphs;
}
