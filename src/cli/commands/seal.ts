/** `seal make | show | verify`: electronic seals of GB/T 38540, for a hospital's own trust domain and for looking at others'. */
import type { Invocation } from '../arguments.ts';
import { UsageError } from '../arguments.ts';
import type { Terminal } from '../terminal.ts';
import { makeSealFile } from './seal-make.ts';
import { showSeals, verifySeals } from './seal-show.ts';

export async function seal(invocation: Invocation, terminal: Terminal): Promise<number> {
  const [action = '', ...files] = invocation.operands;
  if (action === 'make') {
    if (files.length > 0)
      throw new UsageError(`多余的参数：${files[0]}。`, `Unexpected argument: ${files[0]}.`, 'seal');
    return await makeSealFile(invocation, terminal);
  }
  if (action !== 'show' && action !== 'verify') {
    throw new UsageError(
      `seal 之后要写 make、show 或 verify，不是“${action}”。`,
      `seal takes make, show or verify, not "${action}".`,
      'seal',
    );
  }
  if (files.length === 0) throw new UsageError('缺少印章文件。', 'No seal file was given.', 'seal');
  return action === 'show'
    ? await showSeals(invocation, files, terminal)
    : await verifySeals(invocation, files, terminal);
}
