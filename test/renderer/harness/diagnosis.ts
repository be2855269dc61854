/** What a diagnosis looks like with one driver of the wrong bitness and a slow record service. */
import type { Diagnosis, DiagnosisLine } from '../../../src/shared/models.ts';

type Row = [DiagnosisLine['group'], string, string, string, string, DiagnosisLine['state'], [string, string]?];

const rows: readonly Row[] = [
  [
    'tokens',
    'driver:1',
    '驱动',
    'Driver',
    'ready · yiqian-soft · /opt/yiqian/soft-token/libyiqian-soft-token.so · 0.1',
    'ok',
  ],
  [
    'tokens',
    'driver:2',
    '驱动',
    'Driver',
    'broken · longmai-gm3000 · /usr/lib/libgm3000.so · ELFCLASS32',
    'error',
    [
      '驱动是 32 位的，程序是 64 位。请安装 64 位驱动。',
      'The driver is 32-bit, the program 64-bit. Install the 64-bit driver.',
    ],
  ],
  [
    'tokens',
    'token:1',
    '密钥',
    'Token',
    '李医师 演示密钥 · SOFT-00000001 · Yiqian Soft token · PIN 5',
    'warning',
    ['这是测试密钥，不能用于真实病历。', 'This is a test key: not for real records.'],
  ],
  [
    'network',
    'backend',
    '病历服务',
    'Record service',
    'https://records.hospital.example · 0.1.0 · 1802 ms',
    'warning',
    ['响应缓慢，请检查网络。', 'Slow to answer: check the network.'],
  ],
  ['network', 'tsa', '时间戳服务', 'Time stamp service', 'https://tsa.hospital.example/tsa · 12 ms', 'ok'],
  ['time', 'clock', '本机时间与时间戳相差', 'This clock against the time stamp', '0.4 s', 'ok'],
  ['policy', 'source', '策略', 'Policy', '未设置，使用默认值', 'info'],
  ['storage', 'data', '数据目录', 'Data folder', '可写，剩余 182 GB', 'ok'],
  [
    'storage',
    'queue',
    '待上传',
    'Waiting for upload',
    '1',
    'warning',
    ['病历服务恢复后自动上传。', 'Uploaded by itself when the record service is back.'],
  ],
  ['system', 'os', '操作系统', 'Operating system', 'Linux 6.1.0 x64', 'info'],
  ['system', 'host', '计算机名', 'Computer', 'ward3-desk-07', 'info'],
  ['runtime', 'version', '医签版本', 'Yiqian', '0.1.0', 'info'],
  ['runtime', 'electron', 'Electron', 'Electron', '45.4.1', 'info'],
];

export const diagnosisOf = (now: Date): Diagnosis => ({
  lines: rows.map(([group, id, zh, en, value, state, next]) => ({
    group,
    id,
    zh,
    en,
    value,
    state,
    ...(next && { next: { zh: next[0], en: next[1] } }),
  })),
  text: rows.map((r) => `${r[0]}/${r[1]} ${r[4]}`).join('\n'),
  at: now.toISOString(),
});
