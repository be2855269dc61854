/** What a signature of a form says of itself in the PDF (/Reason): in which capacity, when written by hand, when certified. */
import type { ConsentRole } from '../types.ts';

export const ROLE_NAMES: Readonly<Record<ConsentRole, string>> = {
  self: '患者本人',
  guardian: '法定代理人',
  relative: '近亲属',
  authorised: '被授权人',
  institution: '医疗机构负责人或被授权人',
  witness: '见证人',
};

/** As clocks in China show it. */
const clock = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' });

/** YYYY-MM-DD hh:mm in UTC+8, as it stands beside a signature. */
export const shownTime = (iso: string): string => clock.format(new Date(iso)).slice(0, 16);

export function reasonOf(
  { role, relation, writtenAt }: { readonly role: ConsentRole; readonly relation: string; readonly writtenAt: string },
  { offline, certifiedAt }: { readonly offline: boolean; readonly certifiedAt: Date },
): string {
  const who = relation === '' ? ROLE_NAMES[role] : `${ROLE_NAMES[role]}（${relation}）`;
  const written = `手写完成于 ${clock.format(new Date(writtenAt))}（UTC+8，工作站时钟`;
  if (!offline) return `${who}签名；${written}）`;
  return `${who}签名；${written}，当时离线，时间为自称）；联网后于 ${clock.format(certifiedAt)} 签发事件证书并签名`;
}
