import { entry, type Catalog } from './entry.ts';

export const lifeErrors = {
  RECORD_NOT_WITHDRAWABLE: entry(
    '上级已经签署，不能再撤回。',
    '需要修改时请由上级退回。',
    'The next level has signed already; it cannot be withdrawn.',
    'Ask the superior to return it when it needs a change.',
  ),
  RECORD_LEVEL: entry(
    '这一步须由{role}或以上、在本机构注册的医师完成。',
    '请交给上级医师处理。',
    'This step takes a doctor licensed here at the level of {role} or above.',
    'Leave it to a superior.',
  ),
  RECORD_RULES: entry(
    '“{type}”的签署安排不合规则：{reason}。',
    '请病区在病历系统中改正签署人后重新提交。',
    'The chain of signers does not fit “{type}”: {reason}.',
    'Let the ward correct the signers in the record system and submit it again.',
  ),
  RECORD_NOT_EDITABLE: entry(
    '这份病历不能这样修改：{reason}。',
    '请在病历系统中修改，或退回作者。',
    'This record cannot be changed like that: {reason}.',
    'Change it in the record system, or return it to its author.',
  ),
  RECORD_TEXT_UNPRINTABLE: entry(
    '“{character}”打印不出来，没有生成新版本。',
    '请换一种写法。',
    '“{character}” cannot be printed; no new version was made.',
    'Write it another way.',
  ),
} satisfies Catalog;
