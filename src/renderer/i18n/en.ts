import type { Catalogue } from './zh.ts';

export const en: Catalogue = {
  app: { name: 'Yiqian', tagline: 'See every word, then sign.', skip: 'Skip to content' },
  nav: { worklist: 'Work list', review: 'Sign', verify: 'Verify', keys: 'Keys', diagnosis: 'Diagnosis', settings: 'Settings', label: 'Main navigation' },
  common: {
    loading: 'Loading…', retry: 'Try again', cancel: 'Cancel', close: 'Close', ok: 'OK', refresh: 'Refresh', code: 'Code', back: 'Back', none: 'None', copy: 'Copy', copied: 'Copied', yes: 'Yes', no: 'No',
  },
  health: {
    token: 'Key', tsa: 'Time stamp', backend: 'Records', ok: 'fine', slow: 'slow', down: 'down', unknown: 'unknown', tokenOk: 'inserted', tokenDown: 'not inserted', ms: '{{n}} ms', s: '{{n}} s',
  },
  session: {
    title: 'Sign in with your key', lead: 'Insert your key, choose the certificate, enter the PIN.', noToken: 'No key was found', noTokenNext: 'Insert your key. If it is in, look at the drivers on the diagnosis page.', pin: 'PIN', pinPlaceholder: 'Enter PIN', signIn: 'Sign in', signOut: 'Sign out',
    lock: 'Lock', locked: 'Locked', lockedLead: '{{name}} is signed in. Continue with the same key and its PIN.', unlock: 'Unlock', switch: 'Someone else', testKey: 'TEST KEY', testKeyNote: 'A software key for demonstration. Not for real records.', expires: '{{n}} days left', expired: 'Certificate expired',
    choose: 'Choose a key', serial: 'Serial {{serial}}', local: 'The key never leaves its token; what you sign is the very file you see.', account: 'Account', signedInAs: 'Signed in: {{name}}',
  },
  tries: { full: 'PIN tries: all left', low: 'Wrong PINs were entered: few tries left', final: 'Last try: one more wrong PIN locks the key', locked: 'PIN locked', unknown: 'Tries left: the key does not tell', count: '{{n}} PIN tries left' },
  worklist: {
    title: 'Waiting for my signature', summary: '{{records}} records · {{patients}} patients · oldest {{oldest}}', search: 'Name / pinyin / admission no.   ( / )', searchLabel: 'Search by name, pinyin or admission number', allTypes: 'All types', group: 'Group by patient', sort: 'Sort', newest: 'Newest first', oldest: 'Oldest first', byPatient: 'By patient', byType: 'By type',
    patient: 'Patient', record: 'Record', version: 'Version', signedBy: 'Signed by', submitted: 'Submitted', note: 'Note', nth: 'v{{n}}', bed: 'bed {{bed}}', mustReview: 'Must be read', urgent: 'Urgent', failed: 'Not signed', uploadPending: 'Signed, upload waits', signed: 'Signed', signing: 'Signing',
    review: 'Review and sign', selected: '{{n}} selected', selectAll: 'Select all', select: 'Select {{title}} of {{name}}', emptyTitle: 'All done', emptyText: 'No record waits for your signature. New ones appear here by themselves.', noMatch: 'No record matches', clear: 'Clear filters', stale: 'This list may be old', refreshed: 'Updated {{at}}', doneToday: '{{n}} signed in this session',
  },
  review: {
    none: 'No record is open', noneText: 'Choose a record in the work list and press Enter.', toList: 'Go to work list', changes: 'Changed since the last signed version', changesCount: '{{n}}', signatures: 'Signatures so far', noSignatures: 'Yours is the first signature', appearance: 'My signature', size: 'Handwriting {{w}} × {{h}} mm', invisible: 'No visible signature', format: 'Format', formatText: 'PAdES B-T · SM2/SM3 · RFC 3161 trusted time', reason: 'Reason', reasonPlaceholder: 'Optional, e.g. reviewed and approved',
    sign: 'Sign', return: 'Return', returnTitle: 'Return to the author', returnReason: 'Reason', returnPlaceholder: 'Say what has to be changed', returned: 'Returned', blocked: 'This file cannot be signed', position: 'Page {{page}} · {{x}} mm from left · {{y}} mm from top', reset: 'Back to the rule', stamp: 'Place of the signature; arrow keys move it', pinTitle: 'Enter PIN to sign {{n}}', pinLead: '{{patient}} · {{title}}', confirm: 'Sign now',
    progress: 'Signing progress', signedTitle: 'Signed', trusted: 'Trusted time', claimed: 'Time of this PC', notTrusted: 'No trusted time', next: 'Next record', backToList: 'Back to work list', save: 'Save as…', saved: 'Saved to {{path}}', uploaded: 'Filed with the record service', uploadWaits: 'Signed. The record service is away; the upload follows by itself.', failedTitle: 'Not signed', retrySign: 'Sign again', cancelling: 'Cancelling…', position3: '{{i}} / {{n}}', sm3: 'SM3', serial: 'Certificate serial', admitted: 'admitted {{date}}', admission: 'No. {{n}}', male: 'male', female: 'female', age: '{{n}} y', changed: 'Content updated',
  },
  steps: { prepare: 'Prepare', sign: 'Sign', timestamp: 'Time', seal: 'Seal', selfcheck: 'Check', archive: 'File' },
  pdf: { page: 'Page {{page}} of {{pages}}', fitWidth: 'Fit width', zoomIn: 'Zoom in', zoomOut: 'Zoom out', find: 'Find', findPlaceholder: 'Find in document', hits: '{{n}} hits', thumbnails: 'Thumbnails', prev: 'Previous page', next: 'Next page', failed: 'The file cannot be shown', label: 'Document' },
  verify: {
    title: 'Verify', dropTitle: 'Drop PDFs here', dropText: 'Several at once, or choose them with the button.', choose: 'Choose files', checking: 'Verifying…', files: 'Files', PASSED: 'Valid', FAILED: 'Invalid', INDETERMINATE: 'Cannot tell', counts: '{{all}} signatures: {{ok}} valid, {{bad}} invalid, {{unsure}} cannot tell', noSignature: 'No signature', covers: 'Covers revision {{n}} of {{all}}', coversWhole: 'Covers the whole file', level: 'Level {{level}}', trusted: 'Trusted time {{at}}', claimed: 'Claimed time {{at}} (no time stamp)', evidence: 'Evidence', hide: 'Hide', chain: 'Chain', tsa: 'Time stamp by', algorithm: 'Algorithm', range: 'Byte range', revocation: 'Revocation', good: 'not revoked', revoked: 'revoked', unknown: 'unknown', 'not-checked': 'not checked', after: 'After signing', noChange: 'Nothing was changed', others: 'What other software says', adobe: 'Adobe and most western viewers do not know SM2 and say “unknown”. Readers with SM2 support can verify it.', adobeOk: 'The algorithms of this file are known to all common readers.', export: 'Export report', exported: 'Report saved to {{path}}', timestamp: 'Document time stamp', reason: 'Reason', field: 'Field', sm3: 'SM3 of the file', judged: 'Verified {{at}}', revisionOf: 'Revision {{n}}', close: 'Close this file',
  },
  keys: {
    title: 'Keys and certificates', lead: 'Driver → reader → key → certificate: look where the chain breaks.', none: 'No key was found', noneText: 'Insert a key. The state of the drivers stands below.', drivers: 'Drivers', ready: 'Ready', absent: 'File not there', broken: 'Cannot be loaded', crashed: 'Crashed', starting: 'Starting', slots: '{{n}} slots', noCertificate: 'No certificate', valid: '{{from}} to {{to}}', daysLeft: '{{n}} days left', expiring: 'Expires soon', expired: 'Expired', usage: 'Usage', issuer: 'Issuer', serial: 'Serial', algorithm: 'Algorithm', signing: 'Signing', encryption: 'Encryption', both: 'Signing and encryption', always: 'Asks for the PIN at every signature',
    changePin: 'Change PIN', oldPin: 'Old PIN', newPin: 'New PIN', repeatPin: 'New PIN again', mismatch: 'The new PINs differ', pinShort: 'A PIN has at least 6 characters', pinChanged: 'PIN changed', test: 'Test signature', testOk: 'Test signature passed: {{algorithm}}, {{ms}} ms', manufacturer: 'Manufacturer', model: 'Model', profile: 'Profile', profileOf: 'Profile {{profile}}', token: 'Key', driver: 'Driver', reader: 'Reader', certificate: 'Certificate', unusable: 'Cannot sign',
  },
  diagnosis: {
    title: 'Diagnosis', lead: 'Read this page to IT over the phone, or copy and send it; it holds no patient data.', copy: 'Copy diagnosis', run: 'Check again', running: 'Checking…', system: 'System', runtime: 'Runtime', tokens: 'Keys', network: 'Network', time: 'Time', policy: 'Policy', storage: 'Storage', ok: 'fine', warning: 'attention', error: 'wrong', info: 'info', at: 'Checked {{at}}',
  },
  settings: { title: 'Settings', language: 'Language', theme: 'Appearance', system: 'As the system', light: 'Light', dark: 'Dark', zh: '中文', en: 'English', locked: 'Set by the hospital', version: 'Version {{version}}' },
  shortcuts: { title: 'Keyboard', search: 'Search records', move: 'Previous / next record', open: 'Open', select: 'Select', sign: 'Sign', return: 'Return', find: 'Find in document', export: 'Export report', places: 'Switch place', help: 'Show this', nudge: 'Move signature 0.5 mm (Shift: 5 mm)', lock: 'Lock' },
  time: { now: 'just now', minutes: '{{n}} min ago', hours: '{{n}} h ago', days: '{{n}} d ago' },
  error: { crashed: 'The window has a problem', crashedText: 'Records being signed are not affected. Reload the window.', reload: 'Reload' },
};
