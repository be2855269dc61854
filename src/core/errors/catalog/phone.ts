import { entry, type Catalog } from './entry.ts';

/** Signing by phone (移动签名, 扫码): what the desk shows and what the phone shows. */
export const phoneErrors = {
  PHONE_EXPIRED: entry(
    '二维码已过期。',
    '请在电脑上重新生成二维码后再扫。',
    'The QR code has expired.',
    'Have the desk show a new one and scan it.',
  ),
  PHONE_TAKEN: entry(
    '这个二维码已被另一部手机扫过。',
    '如果不是您或同事扫的，请在电脑上取消并重新生成。',
    'Another phone has scanned this QR code already.',
    'If that was neither you nor a colleague, cancel it at the desk and make a new one.',
  ),
  PHONE_OTHER_PERSON: entry(
    '这份清单不是您的，是另一位医护人员发起的。',
    '请由发起人用自己的手机扫码。',
    'This list is not yours; another person has asked for it.',
    'The person who asked scans it with his own phone.',
  ),
  PHONE_REFUSED: entry(
    '手机上已拒绝。',
    '此后不再签名。请核对清单后重新发起。',
    'It was refused on the phone.',
    'Nothing more is signed. Check the list and ask again.',
  ),
  PHONE_OVER: entry(
    '这次请求已经结束。',
    '如需继续，请在电脑上重新发起。',
    'This request has ended.',
    'Start it anew at the desk if you want to go on.',
  ),
  PHONE_LOST: entry(
    '与手机的连接断了。',
    '已签的有效，未签的没有签。请打开手机网络，重新扫码后继续。',
    'The phone is not heard any more.',
    'What is signed is signed, the rest is not. Check the phone’s network, then scan again to go on.',
  ),
  PHONE_TICKET: entry(
    '手机的确认已用过或已失效。',
    '请重新扫码确认。',
    'The approval of the phone was used already or has ended.',
    'Scan again to approve.',
  ),
  PHONE_LIST_CHANGED: entry(
    '清单与手机上确认的不同。',
    '没有签名。请重新扫码确认现在的清单。',
    'The list is not the one that was approved on the phone.',
    'Nothing was signed. Scan again to approve the present list.',
  ),
  PHONE_LIMIT: entry(
    '签名次数超过了手机上确认的数量。',
    '已停止。请重新扫码确认其余的文书。',
    'More signatures were asked for than were approved on the phone.',
    'It was stopped. Scan again to approve the rest.',
  ),
  PHONE_MESSAGE: entry(
    '电脑要求签署的内容不属于这次确认，手机没有签。',
    '请停止使用这台电脑签署，并告诉信息科。',
    'The desk asked for something that does not belong to this approval; the phone did not sign it.',
    'Stop signing at this desk and tell IT.',
  ),
  PHONE_NOT_A_CODE: entry(
    '这不是本院医签的二维码。',
    '请扫电脑上医签窗口里的二维码。',
    'This is not a QR code of this hospital’s Yiqian.',
    'Scan the one in the desk’s window.',
  ),
  PHONE_OTHER_DESK: entry(
    '这个二维码是另一台电脑生成的。',
    '请在这台电脑上重新生成。',
    'This QR code was made by another desk.',
    'Make a new one at this desk.',
  ),
  PHONE_NO_KEY: entry(
    '这部手机还没有登记签名密钥。',
    '请在电脑上“密钥”里选择“登记手机”，再扫那里的二维码。',
    'This phone holds no signing key yet.',
    'At the desk choose “Enrol a phone” under Keys and scan the code there.',
  ),
  PHONE_KEY_STOPPED: entry(
    '这部手机的密钥已停用或锁定。',
    '请联系信息科，或改用 USB 密钥。',
    'The key of this phone is suspended or locked.',
    'Tell IT, or use a USB key.',
  ),
  PHONE_OTHER_KEY: entry(
    '这不是登录时用的那部手机。',
    '没有签名。请用登录时的手机扫码，或退出后用这部手机登录。',
    'This is not the phone that you signed in with.',
    'Nothing was signed. Scan with that phone, or sign out and sign in with this one.',
  ),
  PHONE_NOT_HERE: entry(
    '这项操作不能用手机上的密钥做。',
    '测试密钥、修改 PIN 请在手机上进行；其他请改用 USB 密钥。',
    'This can’t be done with the key of a phone.',
    'Test it and change its PIN on the phone; for anything else use a USB key.',
  ),
  PHONE_CAMERA: entry(
    '摄像头打不开。',
    '请在浏览器里允许使用摄像头，或用手机自带的扫码功能扫。',
    'The camera can’t be opened.',
    'Allow the camera in the browser, or scan with the phone’s own camera app.',
  ),
  PHONE_STORAGE: entry(
    '浏览器不能保存密钥。',
    '请退出无痕模式，或换用系统自带的浏览器。',
    'This browser can’t keep the key.',
    'Leave private browsing, or use the phone’s own browser.',
  ),
  PHONE_INSECURE: entry(
    '这个网页不是通过安全连接打开的。',
    '请用 https 地址打开；信息科见部署说明。',
    'This page was not opened over a secure connection.',
    'Open it by its https address; IT finds the set-up in the manual.',
  ),
  PHONE_PAGE_ABSENT: entry(
    '手机网页还没有生成。',
    '请信息科在服务器上运行 npm run build。',
    'The page for phones has not been built.',
    'IT runs npm run build on the server.',
  ),
} satisfies Catalog;
