/** What a record's form is written with. A Form draws it; a Recorder keeps it as data, so that it can be changed and drawn again. */

export interface Column {
  readonly head: string;
  /** mm. */
  readonly width: number;
  readonly align?: 'left' | 'center';
}

export type Pair = readonly [label: string, value: string];
export interface ParagraphStyle {
  readonly label?: string;
  /** Characters. */
  readonly indent?: number;
}

export interface FormWriter {
  /** Goes on at this height of the page, mm from the top. */
  moveTo(y: number): void;
  /** Goes on at this height or, when the text has come further, where it ends. */
  reach(y: number): void;
  /** Running text: first line indented by two characters; `label` in bold before it. */
  paragraph(text: string, style?: ParagraphStyle): void;
  /** Numbered or plain items, hanging indent. */
  items(items: readonly string[], numbered?: boolean): void;
  heading(text: string): void;
  centered(text: string, style?: { readonly weight?: 'regular' | 'bold' }): void;
  /** Two to four label/value pairs in equal columns. */
  fields(rows: readonly (readonly Pair[])[]): void;
  /** A ruled table; cells wrap, the head is repeated on a new page. */
  table(columns: readonly Column[], rows: readonly (readonly string[])[]): void;
  /** Pairs spread evenly over one line. */
  facts(pairs: readonly Pair[]): void;
  /** Lines to sign at the right, one under the other, with the date below. */
  signatures(roles: readonly string[], date: string): void;
  /** A printed name at the left, a line to sign in the middle, the date at the right. */
  signatureRow(printed: string, role: string, date: string): void;
  /** Twelve leads on their grid, top left at `top` mm. */
  tracing(top: number): void;
}
