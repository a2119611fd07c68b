/** A part of a page: what it is about, what to know, and what to do in order. */
export type Part = { title: string; body?: string[]; steps?: string[] }

export const info = {
  resources: {
    title: 'Helpful Resources',
    intro: 'These groups help people with cancer and their families. They are not part of our office.',
    none: 'No links here yet. Call us:',
  },
  stillTitle: 'Still having trouble?',
  stillBody: 'You can contact our office directly for help:',
  help: {
    title: 'Help',
    emergency: 'In a medical emergency, call 9-1-1 right away.',
    reach: 'How to reach us',
    phone: 'Phone',
    address: 'Address',
    map: 'See it on a map',
    languages: 'Free help in your language',
    languagesBody: (phone: string) =>
      `Do you read or speak another language better? Call ${phone}. A person can translate for you, on the phone and at your visits. It is free.`,
    otherWays: 'We can also give you large print, or read to you. That is free too.',
    parts: (phone: string): Part[] => [
      {
        title: 'How to register for CareSpace',
        body: [
          'You need a direct invitation link to register. Our office sends it to the email address we have on file for you.',
        ],
        steps: [
          'Look for a registration invitation email from noreply@carespaceportal.com.',
          'Click the registration link in the email. Check your spam folder if you do not see it.',
          'Create a password and confirm your date of birth.',
          'Agree to the terms of service and click “Create Password”.',
        ],
      },
      {
        title: 'My link does not work',
        body: [
          'You must register within 4 days of the date your registration email was sent. After that the link expires.',
          'Has your link expired? Please contact your physician’s office, or the person who gave you access to their portal.',
          'Do not forward the registration email to a different account. The link will not work if it is forwarded.',
        ],
      },
      {
        title: 'What if I did not receive the registration email?',
        body: [
          `Please call our office at ${phone} to confirm the email address on file. If your link has expired, ask your care team for a new one.`,
          'Do not forward the email. Invitation links do not work for another email address.',
        ],
      },
      {
        title: 'Using secure messaging',
        body: [
          'You can send non-urgent secure messages to your doctor’s office at any time. Staff answer during normal business hours.',
          'If you have an urgent request, please call the office directly. If you have a medical emergency, call 9-1-1 immediately.',
        ],
        steps: [
          'Open Messages. Click “New message” in the upper-right corner of the screen.',
          'Select the message category.',
          'Include a subject line and a message for your provider team.',
          'Click “Send message”.',
        ],
      },
      {
        title: 'Viewing appointments',
        body: [
          'On the Appointments tab you can view upcoming office visits, lab services, and more.',
          'Open one to see where to go and how to get ready. There you can also ask for another time, or add it to your calendar.',
        ],
      },
      {
        title: 'Viewing lab results',
        body: [
          'On the Labs tab you can view lab reports as well as lab history.',
          'You may see a result before your care team does. “Low” or “High” is not always a problem. Send us a message if you have a question.',
        ],
      },
      {
        title: 'Granting access to family or caregivers',
        body: [
          'You can allow someone you trust to view your account and records. Friends, family, or caregivers you allow will have full access to your portal, with all medical records and messages.',
          'They sign in with a password of their own. They cannot see your password, change your sign-in, or give access to others.',
        ],
        steps: [
          'Click on your name and select “Manage Users”.',
          'Click “Give access”.',
          'Enter their name, their email address, and who they are to you.',
          'Check it and click “Give access” once more. They have 4 days to register.',
        ],
      },
      {
        title: 'How do I revoke access for a caregiver?',
        body: [
          'Go to “Manage Users” and click “Revoke access” next to the user’s email. This action is permanent.',
          `If you cannot sign in, call our office at ${phone}. We can do it for you.`,
        ],
      },
      {
        title: 'Who has seen my record?',
        body: [
          'In Settings, “Access history” shows who looked at your record, downloaded it, or wrote in it. Our staff are in it too.',
        ],
      },
      {
        title: 'How to take your record with you',
        body: [
          'Click on your name and select “Download the record”. You get one page to read or print, or files for a spreadsheet or another doctor. A caregiver can do this too.',
        ],
      },
      {
        title: 'What are the password requirements?',
        body: [
          'Minimum 8 characters, with at least one uppercase letter, one lowercase letter, one number, and one special character.',
        ],
      },
      {
        title: 'What if I forgot my password or am having trouble logging in?',
        body: [
          'On the sign-in page, click “Forgot Password”, or ask a trusted caregiver for help.',
          'We email you a link to set a new password. The link works for 1 hour. A caregiver who has access to your record can have this email sent to you. It never goes to the caregiver.',
          `Too many wrong passwords? Wait an hour, or use “Forgot Password”: it works at all times. You can also call our office at ${phone}.`,
        ],
      },
      {
        title: 'How to change your password',
        steps: [
          'Click on your name and select Settings.',
          'Click on “Change email address or password”.',
          'Select the Password tab in the new window.',
          'Enter your current password and a new one. Click “Save password”.',
        ],
      },
      {
        title: 'How to change your email address',
        body: [
          'Open the same window and stay on the Email address tab. We email a code to the new address. When you enter the code, the new address is in use.',
          'We also write to your old address. If it was not you, the link in that email takes the change back. It works for 7 days.',
        ],
      },
      {
        title: 'Can I make signing in safer or easier?',
        body: [
          'Yes. In Settings you can set up a second step: a code from an app on your phone, asked for after your password. Keep the recovery codes you get. If you lose your phone, one of them lets you in.',
          'You can also add a passkey. Then you sign in the way you unlock your phone or computer, and there is nothing to type.',
          `Did you lose your phone and your recovery codes? Call our office at ${phone}.`,
        ],
      },
      {
        title: 'Where am I signed in?',
        body: [
          'Settings, Devices shows every device that can open your account. You can sign out one of them, or all the others.',
          'If you do nothing for 30 minutes, we sign you out. We ask you 2 minutes before. If you were writing, we keep your words and show them when you sign in again.',
        ],
      },
      {
        title: 'Can I use CareSpace on my phone?',
        body: [
          'Yes. There is no app for CareSpace. Use Safari (iOS) or Chrome (Android) to log in with your mobile browser.',
        ],
      },
      {
        title: 'Helpful resources',
        body: [
          'The Resources tab has links to the National Cancer Institute, the American Cancer Society, and CancerCare.',
        ],
      },
    ],
  },
  accessibility: {
    title: 'Accessibility',
    parts: (practice: string, phone: string): Part[] => [
      {
        title: 'What we want',
        body: [
          `${practice} wants everyone to be able to use CareSpace. You can use a screen reader, a keyboard alone, your voice, or large text. An old phone or a slow line will do.`,
        ],
      },
      {
        title: 'What we meet',
        body: [
          'We build CareSpace to meet WCAG 2.2, level AA. This is a list of rules for websites that people with disabilities can use.',
        ],
        steps: [
          'You can do everything with a keyboard alone. You always see where you are.',
          'You can make the text twice as large, or zoom to 400 %. Nothing is cut off.',
          'Colors are easy to tell apart, on a light and on a dark screen. Color never says something alone.',
          'Charts of lab results also come as words and as a table.',
          'Everything works without JavaScript.',
          'We ask before we sign you out. You can stay signed in.',
        ],
      },
      {
        title: 'How we checked',
        body: [
          'A program checks each page against the WCAG rules, on small and large screens, in light and dark colors. It also uses the pages with a keyboard alone. We do this before each change.',
          'A program cannot find everything. No outside group has checked CareSpace yet.',
        ],
      },
      {
        title: 'What may not work',
        body: [
          'Some files come from labs or other doctors, such as PDF files. A screen reader may not be able to read them.',
          'Names of tests and notes from other offices look the way they were written. Most of them are in English.',
        ],
      },
      {
        title: 'Tell us',
        body: [
          `Did something not work for you? Call us at ${phone}, or send us a message. Tell us what you wanted to do, and on which page.`,
          'We can also read things to you, or send them in large print or on paper. You do not have to tell us why.',
        ],
      },
    ],
  },
  terms: {
    title: 'Terms of service',
    version: (version: string) => `Version ${version}`,
    parts: (practice: string): Part[] => [
      {
        title: 'What CareSpace is',
        body: [
          `CareSpace is the patient portal of ${practice}. You can read your appointments and lab reports here and write to our office.`,
        ],
      },
      {
        title: 'Not for emergencies',
        body: [
          'Do not use CareSpace for anything urgent. In a medical emergency, call 9-1-1. For an urgent request, call our office.',
          'Staff answer messages during normal business hours.',
        ],
      },
      {
        title: 'Your account',
        body: [
          'Your account is for you alone. Keep your password secret. Tell us at once if you think someone else knows it.',
          'You may open your own record, and the records of people who gave you access. You may open no others.',
        ],
      },
      {
        title: 'People you give access to',
        body: [
          'A person you give access to can read your whole record and all messages, old ones too. They can write to us in their own name.',
          'You can take their access back at any time, under “Manage Users”. This is permanent.',
        ],
      },
      {
        title: 'Results you read here',
        body: [
          'You may see a result before your care team does. A result alone does not tell you what is wrong or what to do. Ask us.',
        ],
      },
      {
        title: 'Changes',
        body: ['When these terms change, we ask you to agree again the next time you sign in.'],
      },
    ],
  },
  privacy: {
    title: 'Privacy',
    parts: (practice: string): Part[] => [
      {
        title: 'Who keeps your information',
        body: [
          `${practice} keeps your record and is responsible for it.`,
          'Cloudflare runs the computers behind this portal. Resend sends its emails.',
        ],
      },
      {
        title: 'What is kept here',
        body: [
          'Your name, date of birth, email address, and phone number. Your appointments and lab reports. The messages that you and our staff write.',
          'We also keep a list of who opened your record and when. It names you, the people you gave access to, and our staff.',
          'For each sign-in we keep the time, the kind of device, and about where it was. You can see this in Settings.',
        ],
      },
      {
        title: 'Who can see it',
        body: [
          'You, the people you gave access to, and the staff who need it for their work.',
          'We show no ads and use no trackers.',
        ],
      },
      {
        title: 'Email',
        body: [
          'Our emails say nothing about your health. They only tell you that there is something to read or to do, and where to sign in.',
        ],
      },
      {
        title: 'On your device',
        body: [
          'We keep a few small files (cookies) on your device. They are for signing in, for your language, and for a short notice on the next page. They also help us know this device again. The portal needs them to work.',
          'Pages of your record ask your browser not to keep a copy.',
          '“Directions” opens a map on another website. We send it the address and no more.',
        ],
      },
      {
        title: 'Your rights',
        body: [
          'You can download a copy of your record and see who has looked at it. You can also ask us for a copy on paper, or ask us to correct it. Call our office.',
        ],
      },
    ],
  },
}
