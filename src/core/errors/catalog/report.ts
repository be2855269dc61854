import { entry, type Catalog } from './entry.ts';

export const reportErrors = {
  REPORT_OTHER_FILE: entry(
    '“{file}”在验证之后被改动，报告没有生成。',
    '请重新验证这个文件，再导出报告。',
    '“{file}” was changed after it was judged; no report was made.',
    'Verify the file again, then export the report.',
  ),
} satisfies Catalog;
