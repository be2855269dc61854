/** The options of `seal`, for the table of usage.ts; commands/seal.ts and seal-picture.ts read them. */
import type { OptionSpec } from './usage.ts';

const text = (value: string, zh: string, en: string): OptionSpec => ({ type: 'string', value, zh, en });
const flag = (zh: string, en: string): OptionSpec => ({ type: 'boolean', zh, en });

export const SEAL_OPTIONS = {
  name: text('TEXT', 'make：印章名称（必填）', 'make: name of the seal (required)'),
  id: text('ID', 'make：印章编号（必填）', 'make: number of the seal, esID (required)'),
  holder: {
    ...text(
      'CERT.pem',
      'make：可用章的人的证书（必填，可多次使用）',
      'make: certificate of somebody who may use it (required, may be used more than once)',
    ),
    multiple: true,
  },
  digests: flag('make：只登记证书的 SM3 摘要', 'make: list the SM3 of the certificates instead of themselves'),
  type: text('N', 'make：印章类型（1 单位，2 个人；默认 1）', 'make: type (1 organisation, 2 person; default 1)'),
  from: text('DATE', 'make：有效期自（默认现在）', 'make: valid from (default: now)'),
  to: text(
    'DATE',
    'make：有效期至（默认一年，且不超过证书的有效期）',
    'make: valid to (default: a year, within the certificates)',
  ),
  version: text(
    '4|5',
    'make：4 为 GB/T 38540-2020（默认），5 为 GM/T 0031-2025',
    'make: 4 for GB/T 38540-2020 (default), 5 for GM/T 0031-2025',
  ),
  picture: text(
    'FILE',
    'make：印章图片（PNG、JPG、BMP、GIF、SVG）',
    'make: picture of the seal (PNG, JPG, BMP, GIF, SVG)',
  ),
  width: text(
    'MM',
    'make：宽，整毫米（用 --draw 时为直径、宽或边长）',
    'make: width in whole mm (with --draw: diameter, width or side)',
  ),
  height: text('MM', 'make：高，整毫米', 'make: height in whole mm'),
  draw: text(
    'round|department|name|handwriting',
    'make：画一枚印章，供演示与培训，或本单位自用',
    'make: draw a seal, for demo, training or your own trust domain',
  ),
  organisation: text('TEXT', 'make --draw：单位名称', 'make --draw: name of the organisation'),
  centre: text('TEXT', 'make --draw round：中间的文字', 'make --draw round: words below the star'),
  number: text('TEXT', 'make --draw round：下方的编号', 'make --draw round: number at the bottom'),
  department: text('TEXT', 'make --draw department：科室', 'make --draw department: the department'),
  person: text('TEXT', 'make --draw name|handwriting：姓名', 'make --draw name|handwriting: name of the person'),
  token: text(
    'NAME',
    'make：制章密钥（只有一把时可省）',
    "make: the maker's token (may be left out when there is one)",
  ),
  key: text('SERIAL', 'make：制章证书的序列号', "make: serial number of the maker's certificate"),
  'pin-file': text(
    'FILE',
    'make：存有 PIN 的文件，“-”为标准输入；不给则在终端询问',
    'make: file that holds the PIN, "-" for standard input; else asked on the terminal',
  ),
  tsa: text('URL', 'make --version 5：为印章加盖时间戳', 'make --version 5: have the seal time stamped'),
  out: text(
    'FILE',
    'make：印章文件（.esl，必填）；show：把印章图片写到此文件',
    'make: the seal (.esl, required); show: write its picture to this file',
  ),
  trust: text(
    'DIR',
    '受信任证书所在文件夹（默认 YIQIAN_HOME/trust）',
    'folder of trusted certificates (default: YIQIAN_HOME/trust)',
  ),
  force: flag('允许覆盖已有的输出文件', 'allow replacing an existing output file'),
} as const;

/** Of `sign`. */
export const SEAL_USE_OPTIONS = {
  seal: text(
    'X.esl',
    '盖电子印章（GB/T 38540）；图片与尺寸取自印章',
    'use an electronic seal (GB/T 38540); picture and size are its own',
  ),
  carrier: text(
    'attribute|contents',
    '电子签章的存放方式：CMS 的签名属性（默认），或单独放在 /Contents',
    'where the seal signature stands: a signed attribute of the CMS (default), or alone in /Contents',
  ),
} as const;
