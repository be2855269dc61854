/** One catalogue entry: the zh-CN and en text of one error code. */
export interface CatalogEntry {
  readonly zh: { readonly what: string; readonly next: string };
  readonly en: { readonly what: string; readonly next: string };
}
export type Catalog = Readonly<Record<string, CatalogEntry>>;

/** Shortens an entry to one line: zh what, zh next, en what, en next. */
export const entry = (zhWhat: string, zhNext: string, enWhat: string, enNext: string): CatalogEntry => ({
  zh: { what: zhWhat, next: zhNext },
  en: { what: enWhat, next: enNext },
});
