export const mail = {
  letter: {
    regards: (practice: string) => `Your team at ${practice}`,
    phone: (phone: string) => `Office phone: ${phone}`,
    noReply: 'This address cannot receive mail. To reach us, call the office.',
    emergency: 'In a medical emergency, call 9-1-1.',
    unsubscribe: 'Stop emails like this one',
  },
  canary: {
    subject: 'CareSpace test mail',
    body: 'CareSpace sends this email each hour to show that its mail arrives. There is nothing to do.',
  },
  invitation: {
    subject: (practice: string) => `Register for CareSpace at ${practice}`,
    intro: (practice: string) =>
      `Hello. ${practice} invites you to CareSpace, our patient portal. There you can read your results, see your visits, and write to your care team.`,
    introCaregiver: (practice: string) =>
      `Hello. Someone who trusts you wants to share their record with you in CareSpace, the patient portal of ${practice}. Ask them if you do not know who it is.`,
    link: 'Register for CareSpace',
    expiry: (moment: string) => `This link works until ${moment}.`,
    steps:
      'Open the link. We will email you a 6-digit code. Then create a password and confirm your date of birth.',
    private: 'Do not forward this email. The link only works for the person who gets mail at this address.',
    spam: 'The code comes in an email of its own. If you do not see it, check your spam folder.',
    help: (phone: string) =>
      `Did the link stop working, or did you not expect this email? Call us at ${phone}.`,
  },
  reminder: {
    subject: (practice: string) => `Reminder: register for CareSpace at ${practice}`,
    intro: (practice: string) =>
      `Hello. Two days ago, ${practice} sent you a link to CareSpace, our patient portal. You have not used it yet.`,
  },
  registrationCode: {
    subject: (practice: string) => `Your CareSpace code from ${practice}`,
    intro: 'Here is your code to register for CareSpace:',
    expiry: (moment: string) => `It works until ${moment}, in the browser where you asked for it.`,
    private: 'Do not give this code to anyone. Our staff will never ask you for it.',
    help: (phone: string) =>
      `If you did not ask for a code, you can delete this email or call us at ${phone}.`,
  },
  joining: {
    subject: (practice: string) => `Your CareSpace staff account at ${practice}`,
    intro: (practice: string) =>
      `Hello. ${practice} invites you to CareSpace, with which its staff looks after patients.`,
    link: 'Set up your account',
    steps:
      'Open the link. We will email you a 6-digit code. Then create a password, and set up a second step with an authenticator app.',
    help: 'Did the link stop working? Ask the person at the practice who invited you.',
    codeIntro: 'Here is your code to set up your CareSpace staff account:',
  },
  registered: {
    subject: (practice: string) => `You are registered for CareSpace at ${practice}`,
    intro: (moment: string) => `A CareSpace account was set up with this email address on ${moment}.`,
    added: (moment: string) => `A record was added to your CareSpace account on ${moment}.`,
    link: 'Sign in to CareSpace',
    help: (phone: string) => `If this was not you, call us right away at ${phone}.`,
  },
  emailChange: {
    code: {
      subject: 'Your code for a new CareSpace email address',
      intro: 'Here is the code to use this email address for CareSpace:',
      expiry: (moment: string) => `It works until ${moment}.`,
      private: 'Do not give this code to anyone. Our staff will never ask you for it.',
      help: (phone: string) =>
        `If you did not ask for a code, you can delete this email or call us at ${phone}.`,
    },
    taken: {
      subject: 'This email address has a CareSpace account',
      body: 'Someone asked to use this email address for one more CareSpace account. That cannot be done: the address has an account.',
      own: 'If it was you, sign in with this address. If you do not know the password, choose “Forgot Password”.',
      link: 'Sign in to CareSpace',
      help: (phone: string) =>
        `If it was not you, there is nothing to do: nothing was changed. Questions? Call us at ${phone}.`,
    },
    changed: {
      subject: 'Your CareSpace email address was changed',
      body: (moment: string, masked: string) =>
        `The email address of your CareSpace account was changed on ${moment}. The new one is ${masked}. All other devices were signed out.`,
      undo: 'Was this not you? Open this link to get your account back:',
      link: 'Undo the change',
      expiry: (moment: string) => `The link works until ${moment}.`,
      help: (phone: string) =>
        `If it was you, there is nothing to do. If you need help, call us at ${phone}.`,
    },
    undone: {
      subject: 'The change of your CareSpace email address was undone',
      body: (moment: string) =>
        `On ${moment}, someone used the link we sent to the old address of your CareSpace account. The account has that address again. This one no longer opens it, and all devices were signed out.`,
      help: (phone: string) => `If you did not want this, call us right away at ${phone}.`,
    },
    done: {
      subject: 'This is now your CareSpace email address',
      body: (moment: string) =>
        `On ${moment}, this became the email address of your CareSpace account. From now on, use it to sign in.`,
      link: 'Sign in to CareSpace',
      help: (phone: string) => `If this was not you, call us right away at ${phone}.`,
    },
  },
  passwordReset: {
    subject: 'Set a new CareSpace password',
    asked: 'Someone asked for a link to set a new password for your CareSpace account.',
    askedForYou: 'Someone who helps you with CareSpace asked us to send you a link to set a new password.',
    link: 'Set a new password',
    expiry: (moment: string) => `The link works once, until ${moment}.`,
    private: 'Do not give this link to anyone. Our staff will never ask you for it.',
    help: (phone: string) =>
      `If you do not need it, you can delete this email: your password stays the same. Questions? Call us at ${phone}.`,
  },
  notices: {
    link: 'Sign in to CareSpace',
    help: (phone: string) =>
      `If this was you, there is nothing to do. If it was not, call us right away at ${phone}.`,
    newDevice: {
      subject: 'New sign-in to your CareSpace account',
      body: (moment: string) =>
        `Someone signed in to your CareSpace account on ${moment}, on a device we have not seen before.`,
      device: (name: string) => `Device: ${name}`,
      place: (place: string) => `Place, as far as we can tell: ${place}`,
    },
    passwordChanged: {
      subject: 'Your CareSpace password was changed',
      body: (moment: string) =>
        `The password of your CareSpace account was changed on ${moment}. All other devices were signed out.`,
      passkeys: (count: number, newest: string) =>
        `${count === 1 ? 'Your account has a passkey, added' : `Your account has ${count} passkeys, the newest added`} on ${newest}. A passkey alone opens nothing until you sign in with the new password and tell us that it is yours.`,
    },
    secondStepOn: {
      subject: 'A second step was added to your CareSpace account',
      body: (moment: string) => `A second step for signing in to CareSpace was set up on ${moment}.`,
    },
    secondStepOff: {
      subject: 'The second step of your CareSpace account was turned off',
      body: (moment: string) =>
        `The second step for signing in to CareSpace was turned off on ${moment}. Your password alone opens your account now.`,
    },
    secondStepReset: {
      subject: 'The second step of your CareSpace account was reset',
      body: (moment: string) =>
        `Our staff reset the second step of your CareSpace account on ${moment}. All devices were signed out.`,
    },
    recoveryCodesNew: {
      subject: 'New recovery codes for your CareSpace account',
      body: (moment: string) =>
        `New recovery codes were made for your CareSpace account on ${moment}. The old ones no longer work.`,
    },
    recoveryCodeUsed: {
      subject: 'A recovery code of your CareSpace account was used',
      body: (moment: string) =>
        `A recovery code was used to sign in to your CareSpace account on ${moment}. That code does not work again.`,
    },
    appRemoved: {
      subject: 'The authenticator app was removed from your CareSpace account',
      body: (moment: string) =>
        `The authenticator app was removed from your CareSpace account on ${moment}. A passkey is its second step now.`,
    },
    accessChanged: {
      subject: 'Who can see your record has changed',
      body: (when: string) =>
        `On ${when}, someone was let into your record in CareSpace, or lost access to it. Sign in and open “Manage Users” to see who can see it.`,
    },
    accessEnded: {
      subject: 'What you can see in CareSpace has changed',
      body: (when: string) =>
        `On ${when}, your access to a record in CareSpace ended. You can no longer open that record.`,
      help: (phone: string) =>
        `There is nothing you need to do. Other records that you help with stay open to you. Questions? Call us at ${phone}.`,
    },
    passkeyAdded: {
      subject: 'A passkey was added to your CareSpace account',
      body: (moment: string) =>
        `A passkey was added to your CareSpace account on ${moment}. It can be used to sign in.`,
    },
    passkeyRemoved: {
      subject: 'A passkey was removed from your CareSpace account',
      body: (moment: string) => `A passkey was removed from your CareSpace account on ${moment}.`,
    },
    passkeySuspended: {
      subject: 'We stopped a passkey of your CareSpace account',
      body: (moment: string) =>
        `On ${moment}, a passkey of your CareSpace account seemed to be a copy. We stopped it. No one can sign in with it.`,
    },
  },
}
