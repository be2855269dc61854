/** en: co-sign keys. */
export const cosign = {
  cosign: {
    add: 'Add a co-sign key',
    addLead:
      'No USB key needed: one half of the key lies on this PC, the other with the hospital; neither signs alone.',
    code: 'Enrolment code',
    codeHint:
      '12 characters. Get it here when signed in with a USB key, or in person from IT; good once, for 15 minutes.',
    getCode: 'Get my code',
    codeUntil: 'good until {{time}}',
    pin: 'Choose a PIN (6 characters or more)',
    again: 'Repeat the PIN',
    pinNote: 'The PIN is kept nowhere on this PC; the service counts tries, locks after 5, and IT unlocks.',
    make: 'Make the key',
    made: 'The co-sign key is made; sign in and sign with it',
    mark: 'Co-signing',
    more: 'More',
    refresh: 'Renew the shares',
    refreshLead:
      'Both sides take new shares; the certificate stays. A file copied before is worth nothing from then on.',
    refreshed: 'Shares renewed',
    move: 'Move to another PC',
    moveLead:
      'Make a new key on the other PC with this code; the one on this PC and its certificate are revoked with that.',
    suspend: 'Suspend',
    suspendLead: 'When the PIN may be known or the PC is lost. Neither side signs until IT resumes the key.',
    reason: 'Reason',
    suspended: 'Suspended',
    forget: 'Take off this PC',
    forgetLead: 'Removes this PC’s half only; the key can’t be used any more. Enrol anew when you need one.',
    forgotten: 'Taken off this PC',
    service: 'Signing service',
  },
};
