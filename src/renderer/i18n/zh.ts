/** zh-CN, the first language. en.ts has the same shape; a test compares them. */
export const zh = {
  app: { name: '医签', tagline: '看清每一个字，再落笔。', skip: '跳到内容' },
  nav: { worklist: '工作台', review: '签署', verify: '验签', keys: '密钥', diagnosis: '诊断', settings: '设置', label: '主导航' },
  common: {
    loading: '正在读取…', retry: '重试', cancel: '取消', close: '关闭', ok: '好', refresh: '刷新', code: '代码', back: '返回', none: '无', copy: '复制', copied: '已复制', yes: '是', no: '否',
  },
  health: {
    token: '密钥', tsa: '时间戳', backend: '病历服务', ok: '正常', slow: '缓慢', down: '中断', unknown: '未知', tokenOk: '已插入', tokenDown: '未插入', ms: '{{n}} ms', s: '{{n}} s',
  },
  session: {
    title: '用密钥登录', lead: '插入您的密钥，选择证书，输入 PIN。', noToken: '没有找到密钥', noTokenNext: '请插入密钥。若已插入，请到诊断页查看驱动。', pin: 'PIN', pinPlaceholder: '输入 PIN', signIn: '登录', signOut: '退出登录',
    lock: '锁定', locked: '已锁定', lockedLead: '{{name}} 已登录。用同一把密钥和 PIN 继续。', unlock: '解锁', switch: '换人登录', testKey: '测试密钥', testKeyNote: '这是演示用的软件密钥，不能用于真实病历。', expires: '证书余 {{n}} 天', expired: '证书已过期',
    choose: '选择密钥', serial: '序列号 {{serial}}', local: '签署密钥不出介质；签的就是您看到的那份文件。', account: '账户', signedInAs: '当前登录：{{name}}',
  },
  tries: { full: 'PIN 可试次数：满', low: 'PIN 曾输错，剩余次数不多', final: '最后一次机会：再输错将锁定密钥', locked: 'PIN 已锁定', unknown: '剩余次数：密钥未告知', count: 'PIN 剩余 {{n}} 次' },
  worklist: {
    title: '待我签署', summary: '{{records}} 份 · {{patients}} 位患者 · 最早 {{oldest}}', search: '姓名 / 拼音 / 住院号   （/）', searchLabel: '按姓名、拼音或住院号查找', allTypes: '全部类型', group: '按患者分组', sort: '排序', newest: '最近提交', oldest: '最早提交', byPatient: '按患者', byType: '按类型',
    patient: '患者', record: '文书', version: '版本', signedBy: '下级已签', submitted: '提交', note: '说明', nth: '第 {{n}} 版', bed: '{{bed}} 床', mustReview: '须逐份审阅', urgent: '加急', failed: '签署失败', uploadPending: '已签署，等待上传', signed: '已签署', signing: '正在签署',
    review: '审阅签署', selected: '已选 {{n}} 份', selectAll: '全选', select: '选择 {{name}} 的{{title}}', emptyTitle: '都签完了', emptyText: '没有等待您签署的病历。新病历到达时会自动出现在这里。', noMatch: '没有符合条件的病历', clear: '清除条件', stale: '列表可能不是最新的', refreshed: '更新于 {{at}}', doneToday: '本次已签 {{n}} 份',
  },
  review: {
    none: '还没有打开病历', noneText: '在工作台选择一份病历，按 Enter 打开。', toList: '去工作台', changes: '自上次签署以来的修改', changesCount: '{{n}} 处', signatures: '已有签名', noSignatures: '这是第一个签名', appearance: '我的签章', size: '手写签名 {{w}} × {{h}} mm', invisible: '不放置可见签章', format: '格式', formatText: 'PAdES B-T · SM2/SM3 · RFC 3161 可信时间', reason: '签署理由', reasonPlaceholder: '可不填，例如：审核同意',
    sign: '签署', return: '退回', returnTitle: '退回给书写者', returnReason: '退回理由', returnPlaceholder: '请写明需要修改之处', returned: '已退回', blocked: '这份文件不能签署', position: '第 {{page}} 页 · 距左 {{x}} mm · 距上 {{y}} mm', reset: '恢复规则位置', stamp: '签章位置，方向键移动', pinTitle: '输入 PIN，签署 {{n}} 份', pinLead: '{{patient}} · {{title}}', confirm: '确认签署',
    progress: '签署进度', signedTitle: '已签署', trusted: '可信时间', claimed: '本机时间', notTrusted: '无可信时间', next: '下一份', backToList: '回到工作台', save: '另存为…', saved: '已保存到 {{path}}', uploaded: '已归档到病历服务', uploadWaits: '已签署。病历服务暂不可用，恢复后自动上传。', failedTitle: '没有签署', retrySign: '重新签署', cancelling: '正在取消…', position3: '{{i}} / {{n}}', sm3: 'SM3', serial: '证书序列号', admitted: '入院 {{date}}', admission: '住院号 {{n}}', male: '男', female: '女', age: '{{n}} 岁', changed: '内容已更新',
  },
  steps: { prepare: '准备', sign: '签名', timestamp: '时间戳', seal: '盖章', selfcheck: '自检', archive: '归档' },
  pdf: { page: '第 {{page}} 页 / 共 {{pages}} 页', fitWidth: '适合宽度', zoomIn: '放大', zoomOut: '缩小', find: '查找', findPlaceholder: '在文中查找', hits: '{{n}} 处', thumbnails: '缩略图', prev: '上一页', next: '下一页', failed: '文件无法显示', label: '病历文件' },
  verify: {
    title: '验签', dropTitle: '把 PDF 拖到这里', dropText: '可一次拖入多份文件，也可以点下面的按钮选择。', choose: '选择文件', checking: '正在验签…', files: '文件', PASSED: '有效', FAILED: '无效', INDETERMINATE: '无法确定', counts: '{{all}} 个签名：{{ok}} 个有效，{{bad}} 个无效，{{unsure}} 个无法确定', noSignature: '没有签名', covers: '覆盖第 {{n}} 版（共 {{all}} 版）', coversWhole: '覆盖整个文件', level: '级别 {{level}}', trusted: '可信时间 {{at}}', claimed: '声称时间 {{at}}（未经时间戳证明）', evidence: '证据', hide: '收起', chain: '证书链', tsa: '时间戳机构', algorithm: '算法', range: '字节范围', revocation: '吊销状态', good: '未吊销', revoked: '已吊销', unknown: '查不到', 'not-checked': '未检查', after: '签署之后', noChange: '没有改动', others: '别的软件怎么看', adobe: 'Adobe 等国外阅读器不认识 SM2，会显示“未知”。支持国密算法的阅读器可以验证。', adobeOk: '此文件的签名算法为国际通用算法，常见阅读器都能验证。', export: '导出验签报告', exported: '报告已保存到 {{path}}', timestamp: '文档时间戳', reason: '签署理由', field: '签名域', sm3: '文件 SM3', judged: '验证于 {{at}}', revisionOf: '修订 {{n}}', close: '关闭此文件',
  },
  keys: {
    title: '密钥与证书', lead: '驱动 → 读取器 → 密钥 → 证书；断在哪里，就从哪里查起。', none: '没有找到密钥', noneText: '请插入密钥。驱动状态见下方。', drivers: '驱动', ready: '就绪', absent: '文件不存在', broken: '无法加载', crashed: '已崩溃', starting: '正在启动', slots: '{{n}} 个插槽', noCertificate: '没有证书', valid: '{{from}} 至 {{to}}', daysLeft: '还有 {{n}} 天到期', expiring: '即将到期', expired: '已过期', usage: '用途', issuer: '颁发者', serial: '序列号', algorithm: '算法', signing: '签名', encryption: '加密', both: '签名与加密', always: '每次签名都要输入 PIN',
    changePin: '修改 PIN', oldPin: '原 PIN', newPin: '新 PIN', repeatPin: '再输一次新 PIN', mismatch: '两次输入的新 PIN 不一致', pinShort: 'PIN 至少 6 位', pinChanged: 'PIN 已修改', test: '测试签名', testOk: '测试签名通过：{{algorithm}}，{{ms}} ms', manufacturer: '厂商', model: '型号', profile: '驱动配置', profileOf: '配置 {{profile}}', token: '密钥', driver: '驱动', reader: '读取器', certificate: '证书', unusable: '不能用于签署',
  },
  diagnosis: {
    title: '诊断', lead: '电话里把这一页念给信息科，或复制后发送；其中没有患者信息。', copy: '复制诊断信息', run: '重新检查', running: '正在检查…', system: '系统', runtime: '运行环境', tokens: '密钥', network: '网络', time: '时间', policy: '策略', storage: '存储', ok: '正常', warning: '注意', error: '异常', info: '信息', at: '检查于 {{at}}',
  },
  settings: { title: '设置', language: '界面语言', theme: '外观', system: '跟随系统', light: '浅色', dark: '深色', zh: '中文', en: 'English', locked: '由医院统一设置', version: '版本 {{version}}' },
  shortcuts: { title: '快捷键', search: '查找病历', move: '上一份 / 下一份', open: '打开', select: '选择', sign: '签署', return: '退回', find: '在文中查找', export: '导出报告', places: '切换页面', help: '显示快捷键', nudge: '移动签章 0.5 mm（Shift：5 mm）', lock: '锁定' },
  time: { now: '刚刚', minutes: '{{n}} 分钟前', hours: '{{n}} 小时前', days: '{{n}} 天前' },
  error: { crashed: '界面出现问题', crashedText: '签署中的病历不受影响。请重新载入界面。', reload: '重新载入' },
};
export type Catalogue = typeof zh;
