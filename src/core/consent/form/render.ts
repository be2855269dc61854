/** The form on paper: what the template says, filled in, with empty signature fields for everybody who will sign. */
import { toHex, sm3, concatBytes } from '#core/crypto/index.ts';
import { addSignatureFields, bytesSource, readPdf, type NewSignatureField } from '#core/pdf/index.ts';
import type { PlacementMm } from '#core/pdf/types.ts';
import { ROLE_NAMES } from '../act/reason.ts';
import type { ConsentSignature, FormBlock, FormContent, FormFonts } from '../types.ts';
import { FORM_FIELDS } from './fields.ts';
import { Paper } from './paper.ts';
import { BOLD, LEADING, SheetFlow, type Facts } from './sheet-flow.ts';
import { fieldOf, filledIn, requireComplete, SECTIONS, shownValue, signerFacts, ticked } from './text.ts';

export interface RenderedForm {
  /** The bytes that everybody signs. */
  readonly pdf: Uint8Array;
  /** Hex. */
  readonly sm3: string;
  readonly pages: number;
  /** Where each signature will stand. */
  readonly places: Readonly<Partial<Record<ConsentSignature, PlacementMm>>>;
}

/** mm; a name written by hand, with the time beside it. */
const SIGNATURE = { width: 104, height: 22 } as const;
const STAFF_SIGNATURE = { width: 70, height: 17 } as const;

/** @throws CONSENT_INCOMPLETE, PDF_TEXT_FONT when the font lacks a character of a name */
export async function renderForm(content: FormContent, fonts: FormFonts): Promise<RenderedForm> {
  const { template, values, hospital, createdAt } = content;
  requireComplete(template, values);
  const paper = await Paper.a4({
    orientation: 'portrait',
    title: template.title,
    producer: hospital.name,
    made: createdAt,
    fonts,
  });
  const flow = new SheetFlow(paper, content);
  for (const block of template.body) draw(flow, block, content);
  const places = signatures(flow, content);
  flow.finish();
  const pages = flow.pages;
  const bare = await paper.bytes();
  const fields = (Object.entries(places) as [ConsentSignature, PlacementMm][]).map(
    ([who, placement]): NewSignatureField => ({ name: FORM_FIELDS[who], placement }),
  );
  const pdf = concatBytes(bare, await addSignatureFields(await readPdf(bytesSource(bare)), fields));
  return { pdf, sm3: toHex(sm3(pdf)), pages, places };
}

function draw(flow: SheetFlow, block: FormBlock, content: FormContent): void {
  const { template, values } = content;
  switch (block.kind) {
    case 'heading':
      return flow.heading(filledIn(block.text, content));
    case 'text':
      return flow.paragraph(filledIn(block.text, content));
    case 'items':
      return flow.items(block.items.map((item) => filledIn(item, content)));
    case 'fields':
      for (const row of block.rows) {
        const fields = row.flatMap((id) => fieldOf(template, id) ?? []);
        flow.facts(fields.map((field) => [field.label.zh, shownValue(field, values)] as const));
      }
      return flow.skip(0.8);
    case 'checks': {
      const field = fieldOf(template, block.field);
      if (field !== undefined) flow.checks(field.options, new Set(ticked(field, values)));
    }
  }
}

function signatures(flow: SheetFlow, content: FormContent): Partial<Record<ConsentSignature, PlacementMm>> {
  const { template, witness, staff, signer } = content;
  const statement = template.statement.map((text) => filledIn(text, content));
  const block = blockHeight(flow, rowsOf(signerFacts(content)), SIGNATURE);
  const height = LEADING + 2 + statement.reduce((sum, text) => sum + flow.heightOf(text), 0) + block;
  // What is declared and the name under it belong on one page, unless the declaration alone fills one.
  flow.need(Math.min(height, 220));
  flow.heading(SECTIONS.statement);
  for (const text of statement) flow.paragraph(text);
  const label = signer.role === 'self' ? '患者签名' : `${ROLE_NAMES[signer.role]}签名`;
  const patient = signatureBlock(flow, label, signerFacts(content), SIGNATURE);
  const places: Partial<Record<ConsentSignature, PlacementMm>> = { patient };
  if (witness !== null) {
    places.witness = signatureBlock(
      flow,
      '见证人签名',
      [
        ['见证人', witness.name],
        ['与患者关系', witness.relation],
      ],
      SIGNATURE,
    );
  }
  const staffStatement = template.staffStatement.map((text) => filledIn(text, content));
  flow.need(
    LEADING +
      2 +
      staffStatement.reduce((sum, text) => sum + flow.heightOf(text), 0) +
      STAFF_SIGNATURE.height +
      LEADING +
      8,
  );
  flow.heading(SECTIONS.staff);
  for (const text of staffStatement) flow.paragraph(text);
  places.staff = signatureBlock(flow, `${staff.title}签名`, [['姓名', staff.name]], STAFF_SIGNATURE);
  return places;
}

/** mm between a frame and what it holds. */
const INSET = 3;

/** Two short facts side by side; a long one has a line of its own. */
function rowsOf(facts: Facts): Facts[] {
  const rows: (readonly [string, string])[][] = [];
  for (const fact of facts) {
    const last = rows.at(-1);
    const long = fact[1].length > 12;
    if (last?.length === 1 && !long && (last[0]?.[1].length ?? 0) <= 12) last.push(fact);
    else rows.push([fact]);
  }
  return rows;
}

/** A framed block: who signs, in which capacity, and the space to sign. Kept on one page. */
function signatureBlock(
  flow: SheetFlow,
  label: string,
  facts: Facts,
  size: { readonly width: number; readonly height: number },
): PlacementMm {
  const rows = rowsOf(facts);
  flow.need(blockHeight(flow, rows, size));
  const top = flow.y - LEADING + 2;
  flow.skip(2);
  for (const row of rows) flow.facts(row, INSET);
  const signTop = flow.y - LEADING + 2.2;
  const line = signTop + size.height;
  const text = `${label}：`;
  flow.show(flow.left + INSET, line - 2.2, text, BOLD);
  const x = Math.max(flow.left + INSET + flow.widthOf(text, BOLD) + 2, flow.left + 36);
  const place = flow.place(x, signTop, size.width, size.height);
  flow.rule(x, line + 0.4, x + size.width, line + 0.4, 0.5);
  const bottom = line + 3;
  flow.frame(top, bottom);
  flow.skip(bottom - flow.y + LEADING + 1.6);
  return place;
}

const blockHeight = (flow: SheetFlow, rows: readonly Facts[], size: { readonly height: number }): number =>
  rows.reduce((sum, row) => sum + flow.factsHeight(row, INSET), 0) + size.height + 10;
