import type { PageSelection, PdfFile } from '../types.ts';
export interface TextHit {
  readonly page: number;
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}
export async function searchText(
  _file: PdfFile,
  _text: string,
  _o: { pages?: PageSelection; limit?: number },
): Promise<{ hits: TextHit[]; pagesWithoutText: number; pagesSearched: number }> {
  return { hits: [], pagesWithoutText: 0, pagesSearched: 0 };
}
