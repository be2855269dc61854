/** Draws a stored content as a PDF, and offers the demo's forms to the records room. */
import { isYqError, YqError } from '#core/errors/index.ts';
import type { Forms, RenderedForm } from '../../records/forms.ts';
import { changedContent, sectionsOf, type Content, type Op } from './content.ts';
import { drawTracing } from './tracing.ts';
import { Form } from './form.ts';
import { demoPaper } from './sheet.ts';

export async function renderContent(
  content: Content,
  notes: ReadonlyMap<string, string> = new Map(),
): Promise<RenderedForm> {
  const paper = await demoPaper(content.orientation, content.head.title, new Date(content.made));
  try {
    const form = new Form(paper, content.head, notes);
    for (const op of content.ops) draw(form, op);
    return await form.finish();
  } catch (e) {
    if (!isYqError(e) || e.code !== 'PDF_TEXT_FONT') throw e;
    throw new YqError('RECORD_TEXT_UNPRINTABLE', { params: { character: String(e.params['text']) }, cause: e });
  }
}

function draw(form: Form, op: Op): void {
  switch (op.op) {
    case 'moveTo':
      return form.moveTo(op.y);
    case 'reach':
      return form.reach(op.y);
    case 'tracing':
      return drawTracing(form, op.y);
    case 'paragraph':
      // A label is never left hanging; a text that was taken out leaves no gap.
      if (op.text === '' && op.style.label === undefined) return;
      return form.paragraph(op.text === '' ? '无' : op.text, op.style);
    case 'items':
      return form.items(op.items, op.numbered);
    case 'heading':
      return form.heading(op.text);
    case 'centered':
      return form.centered(op.text, op.bold ? { weight: 'bold' } : {});
    case 'fields':
      return form.fields(op.rows);
    case 'facts':
      return form.facts(op.pairs);
    case 'table':
      return form.table(op.columns, op.rows);
    case 'signatures':
      return form.signatures(op.roles, op.date);
    case 'signatureRow':
      return form.signatureRow(op.printed, op.role, op.date);
    case 'trace':
      return form.trace(op.text);
  }
}

const parse = (content: string): Content => JSON.parse(content) as Content;

export const demoForms: Forms = {
  sections: (content) => sectionsOf(parse(content)),
  change: (content, change) => JSON.stringify(changedContent(parse(content), change)),
  render: (content, notes) => renderContent(parse(content), notes),
};
