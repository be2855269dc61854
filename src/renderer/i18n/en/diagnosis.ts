/** en: diagnosis. */
import type { diagnosis as zh } from '../zh/diagnosis.ts';

export const diagnosis: typeof zh = {
  diagnosis: {
    services: 'The three services',
    failed: 'The diagnosis did not finish',
    title: 'Diagnosis',
    lead: 'Read this page to IT over the phone, or copy and send it; it holds no patient data.',
    copy: 'Copy diagnosis',
    run: 'Check again',
    running: 'Checking…',
    system: 'System',
    runtime: 'Runtime',
    tokens: 'Keys',
    network: 'Network',
    time: 'Time',
    policy: 'Policy',
    storage: 'Storage',
    ok: 'fine',
    warning: 'attention',
    error: 'wrong',
    info: 'info',
    at: 'Checked {{at}}',
  },
};
