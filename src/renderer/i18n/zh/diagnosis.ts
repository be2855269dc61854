/** zh-CN: diagnosis. */
export const diagnosis = {
  diagnosis: {
    services: '三项服务',
    failed: '诊断没有完成',
    title: '诊断',
    lead: '电话里把这一页念给信息科，或复制后发送；其中没有患者信息。',
    copy: '复制诊断信息',
    run: '重新检查',
    running: '正在检查…',
    system: '系统',
    runtime: '运行环境',
    tokens: '密钥',
    network: '网络',
    time: '时间',
    policy: '策略',
    storage: '存储',
    ok: '正常',
    warning: '注意',
    error: '异常',
    info: '信息',
    at: '检查于 {{at}}',
  },
};
