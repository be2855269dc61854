/** The options that say where a signature shows and what it protects, for the table of usage.ts; placement.ts reads them. */
import type { OptionSpec } from './usage.ts';

const option = (value: string, zh: string, en: string): OptionSpec => ({ type: 'string', value, zh, en });

export const PLACEMENT_OPTIONS = {
  at: option(
    'X,Y[,W,H]',
    '盖章位置（与大小），毫米，从页面左上角起',
    'place (and size) of the appearance in mm from the top left of the page',
  ),
  page: option('N', '签章所在页（默认 1）', 'page of the appearance (default 1)'),
  pages: option(
    'all|odd|even|LIST',
    '盖在这些页上，如 1,3-5,-1；与 --keyword、--riding 合用时为查找或骑缝的页',
    'on these pages, e.g. 1,3-5,-1; with --keyword and --riding the pages they look at',
  ),
  keyword: option('TEXT', '盖在文字（关键字）处', 'place it at these words'),
  hit: option('N|all', '关键字第几处（默认 1，-1 为最后一处）', 'which hit of the words (default 1; -1 is the last)'),
  anchor: option(
    'centre|right|below|over-left',
    '相对关键字的位置（默认居中）',
    'where it stands to the words (default centre)',
  ),
  offset: option(
    'DX,DY|MM',
    '在此基础上再移动（向右、向下）；骑缝章为离上边或左边的距离',
    'moved by this, right and down; of a riding seal the distance from the top or left',
  ),
  riding: option('left|right|top|bottom', '骑缝章盖在哪一边', 'riding seal over this edge of the pages'),
  group: option('N', '骑缝章每组最多页数（默认 20）', 'pages that share one riding seal at most (default 20)'),
  margin: option('MM', '骑缝章离页边的距离（默认 0）', 'kept free between page edge and riding seal (default 0)'),
  size: option('W,H', '图片大小，毫米（默认按图片自身）', 'size of the picture in mm (default: what it says itself)'),
  field: option('NAME', '要签的签名域', 'name of the signature field'),
  certify: option(
    '1|2|3',
    '作为认证签名：1 不许再改，2 可签名填表，3 还可批注',
    'certify: 1 no changes, 2 signing and forms, 3 also annotations',
  ),
  lock: option('all|NAME,…', '签署后锁定这些表单域', 'form fields that this signature locks'),
} as const;
