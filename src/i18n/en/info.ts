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
          'If your link has expired, please contact your physician’s office, or the person who gave you access to their portal.',
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
        body: ['On the Appointments tab you can view upcoming office visits, lab services, and more.'],
      },
      {
        title: 'Viewing lab results',
        body: ['On the Labs tab you can view lab reports as well as lab history.'],
      },
      {
        title: 'Granting access to family or caregivers',
        body: [
          'You can allow someone you trust to view your account and records. Friends, family, or caregivers you allow will have full access to your portal, with all medical records and messages.',
          `To give someone access, or to take it back, call our office at ${phone}. Taking access back is permanent.`,
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
          'For your privacy, we sign you out after 30 minutes without activity. We ask you 2 minutes before. If you were writing, we keep your words and show them when you sign in again.',
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
          'You may open only your own record, and records of people who gave you access.',
        ],
      },
      {
        title: 'People you give access to',
        body: [
          'A person you give access to can read your whole record and all messages, old ones too. They can write to us in their own name.',
          'You can have their access taken back at any time. This is permanent.',
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
          'Your name, date of birth, email address and phone number, your appointments, your lab reports, and the messages you and our staff write.',
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
          'We keep a few small files (cookies) on your device: while you sign in or register, for your language, for a short notice on the next page, and to know this device again when you sign in. The portal needs them to work.',
          'Pages of your record ask your browser not to keep a copy.',
          'A link to directions opens a map on another website and sends it only the address.',
        ],
      },
      {
        title: 'Your rights',
        body: [
          'You can ask us for a copy of your record, ask us to correct it, and ask who has seen it. Call our office.',
        ],
      },
    ],
  },
}
