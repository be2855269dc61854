import { entry, type Catalog } from './entry.ts';

export const batchErrors = {
  BATCH_LIST_CHANGED: entry(
    '清单在确认之后有变化，没有签署。',
    '请重新核对清单再输入 PIN。',
    'The list changed after it was shown; nothing was signed.',
    'Check the list again, then enter the PIN.',
  ),
  BATCH_LIST_GONE: entry(
    '这份清单已经失效，没有签署。',
    '请重新生成清单，核对后再输入 PIN。',
    'This list is no longer in force; nothing was signed.',
    'Make the list again, check it, then enter the PIN.',
  ),
  BATCH_EMPTY: entry(
    '清单里没有可以签署的病历。',
    '请看每份病历后面的原因。',
    'No record of this list can be signed.',
    'See the reason beside each record.',
  ),
  BATCH_MUST_REVIEW: entry(
    '这类病历必须逐份阅读，不能全部签署。',
    '请打开它，审阅后签署。',
    'A record of this type must be read by itself; it cannot be signed unread.',
    'Open it, review it, then sign.',
  ),
  BATCH_UNREAD_FORBIDDEN: entry(
    '医院规定病历必须逐份审阅，不允许全部签署。',
    '请用“逐份审阅”。',
    'Your hospital wants every record reviewed; signing unread is not allowed.',
    'Use “review one by one”.',
  ),
  BATCH_INTERRUPTED: entry(
    '程序在签这份之前结束，没有签署，也没有留下半份文件。',
    '请继续批次，重新输入 PIN。',
    'The program ended before this record was signed; it is untouched.',
    'Resume the batch and enter the PIN again.',
  ),
  BATCH_OTHER_KEY: entry(
    '这个批次是用另一个密钥开始的。',
    '请插入原来的密钥登录后继续，或放弃其余的病历。',
    'This batch was begun with another key.',
    'Sign in with that key to go on, or put the batch away.',
  ),
  BATCH_UNKNOWN: entry('找不到这个批次。', '请刷新工作台。', 'There is no such batch.', 'Refresh the work list.'),
  BATCH_TSA_WAITS: entry(
    '时间戳服务限制请求频率，大约 {seconds} 秒后继续。',
    '无需操作，签署会自动继续。',
    'The time stamp service limits its rate; this goes on in about {seconds} s.',
    'Nothing to do: signing goes on by itself.',
  ),
  BATCH_TSA_DOWN: entry(
    '时间戳服务连续失败，其余病历没有开始。',
    '请检查诊断页的时间戳服务，恢复后继续批次。',
    'The time stamp service failed several times in a row; the other records were not begun.',
    'Check the time stamp service on the diagnosis page, then resume.',
  ),
} satisfies Catalog;
