/** What the records room asks of the hospital's forms: text out of a stored content, a changed content, a PDF. */
import type { Placement, RecordSection } from './types.ts';

export interface SectionEdit {
  readonly id: string;
  readonly text: string;
}

/** Who changes what, as the form prints it (病历书写基本规范 art. 7: who, when; the earlier text stays legible in the earlier version). */
export interface FormChange {
  readonly edits: readonly SectionEdit[];
  readonly version: number;
  readonly by: { readonly name: string; readonly title: string };
  readonly at: Date;
  readonly reason: string;
}

export interface RenderedForm {
  readonly bytes: Uint8Array;
  readonly pages: number;
  readonly signatures: readonly { readonly role: string; readonly placement: Placement }[];
}

/** `content` is JSON that only the forms understand. */
export interface Forms {
  sections(content: string): readonly RecordSection[];
  /** Throws RECORD_NOT_EDITABLE: a section that is not there, may not be changed, or nothing differs. */
  change(content: string, change: FormChange): string;
  /** `notes` by role: printed where that line needs no signature. Throws RECORD_TEXT_UNPRINTABLE. */
  render(content: string, notes?: ReadonlyMap<string, string>): Promise<RenderedForm>;
}
