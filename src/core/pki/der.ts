/** DER, both ways. */
export * from './der-reader.ts';
export * from './der-tags.ts';
export * from './der-writer.ts';
