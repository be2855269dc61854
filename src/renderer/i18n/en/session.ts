/** en: signing in, the PIN. */
import type { session as zh } from '../zh/session.ts';

export const session: typeof zh = {
  session: {
    keyGone: 'The key was pulled out',
    keyGoneNext: 'Put the same key back to unlock, or let someone else sign in.',
    without: 'Without signing in:',
    reading: 'Looking for keys…',
    title: 'Sign in with your key',
    lead: 'Insert your key, choose the certificate, enter the PIN.',
    noToken: 'No key was found',
    noTokenNext: 'Insert your key. If it is in, look at the drivers on the diagnosis page.',
    pinPlaceholder: 'Enter PIN',
    signIn: 'Sign in',
    signOut: 'Sign out',
    lock: 'Lock',
    locked: 'Locked',
    lockedLead: '{{name}} is signed in. Continue with the same key and its PIN.',
    unlock: 'Unlock',
    switch: 'Someone else',
    testKey: 'TEST KEY',
    testKeyNote: 'A software key for demonstration. Not for real records.',
    expires: '{{n}} days left',
    expired: 'Certificate expired',
    choose: 'Choose a key',
    serial: 'Serial {{serial}}',
    local: 'The key never leaves its token; what you sign is the very file you see.',
  },
  tries: {
    full: 'PIN tries: all left',
    low: 'Wrong PINs were entered: few tries left',
    final: 'Last try: one more wrong PIN locks the key',
    locked: 'PIN locked',
    unknown: 'Tries left: the key does not tell',
    count: '{{n}} PIN tries left',
  },
};
