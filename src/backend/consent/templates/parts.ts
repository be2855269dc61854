/** What the demo's forms have in common. The words are our own; hospitals replace the templates by theirs. */
import type { TemplateField } from '#core/consent/index.ts';

type Given = Partial<Pick<TemplateField, 'required' | 'value' | 'options'>>;

export const blank = (
  id: string,
  zh: string,
  en: string,
  kind: TemplateField['kind'],
  { required = true, value = '', options = [] }: Given = {},
): TemplateField => ({ id, label: { zh, en }, kind, options, required, value });

/** Each form's first words. */
export const OPENING =
  '医学有其局限，疾病的发展与个体差异难以完全预料。医生将向您说明病情、拟采取的措施、可能的风险与其他可选的办法。请您在充分了解、有疑问都得到解答之后再作决定；您可以拒绝，也可以在实施之前撤回同意，这不影响您得到其他必要的治疗。';

/** How the signature is made: in every form, since the person is asked to write on a screen (个人信息保护法 art. 28 to 32). */
export const SIGNING_NOTE =
  '本文书以电子方式签署：手写笔迹（以及经我同意采集的指纹、照片）仅用于证明本次签署，加密封存于医院指定的证据保管人处，他人不能打开。';

export const STAFF_DECLARATION =
  '我已向患方（{signerName}）以其能够理解的语言说明了上述内容，给予提问的时间，并解答了所提出的问题。患方的签名是在我在场时本人手写的。';
