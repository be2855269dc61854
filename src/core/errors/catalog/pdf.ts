import { entry, type Catalog } from './entry.ts';

export const pdfErrors = {
  PDF_NOT_PDF: entry('这不是 PDF 文件。', '请选择 PDF 文件。', 'This is not a PDF file.', 'Choose a PDF file.'),
  PDF_DAMAGED: entry(
    'PDF 文件已损坏：{where}。',
    '未签署。请从病历系统重新取一份。',
    'The PDF is damaged: {where}.',
    'It was not signed. Fetch a new copy from the record system.',
  ),
  PDF_ENCRYPTED: entry(
    'PDF 文件已加密。',
    '未签署。请提供未加密的文件。',
    'The PDF is encrypted.',
    'It was not signed. Provide a copy without encryption.',
  ),
  PDF_DOCMDP_FORBIDS: entry(
    '文件已被认证签名锁定，不允许再改动。',
    '未签署。请向签发方索取可签署的版本。',
    'A certification signature forbids any change to this file.',
    'It was not signed. Ask its issuer for a version that may be signed.',
  ),
  PDF_LIMIT: entry(
    'PDF 文件超出限制：{where}。',
    '未签署。请把文件交给信息科检查。',
    'The PDF exceeds a limit: {where}.',
    'It was not signed. Let IT look at the file.',
  ),
  PDF_PAGE: entry(
    '没有第 {page} 页。',
    '请选择文件中已有的页。',
    'There is no page {page}.',
    'Choose a page of this document.',
  ),
  PDF_PLACEMENT: entry(
    '签章位置超出第 {page} 页。',
    '请把签章放到页面之内。',
    'The appearance would reach beyond page {page}.',
    'Place it within the page.',
  ),
  PDF_FIELD: entry(
    '签名域“{field}”不可用。',
    '请换用空白的签名域。',
    'The signature field “{field}” cannot be used.',
    'Choose an empty signature field.',
  ),
  PDF_PLACEHOLDER_TOO_SMALL: entry(
    '为签名预留的位置太小。',
    '请重试；程序会按实际大小预留。',
    'The room kept for the signature is too small.',
    'Try again; the room will be sized by measuring.',
  ),
  PDF_IMAGE: entry('签章图片无法读取。', '请使用 PNG 图片。', 'The picture cannot be read.', 'Use a PNG picture.'),
  PDF_TEXT_FONT: entry(
    '签章文字里有字体没有的字：{text}。',
    '请改用常用汉字或图片签名。',
    'The appearance text has characters that the font lacks: {text}.',
    'Use common characters or a picture.',
  ),
  PDF_TEXT_ROOM: entry(
    '签章区域太小，放不下文字。',
    '请放大签章区域或减少文字。',
    'The appearance is too small for its text.',
    'Make it larger or shorten the text.',
  ),
} as const satisfies Catalog;
