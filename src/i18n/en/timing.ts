export const timing = {
  title: 'Result timing',
  intro: 'You see new results as soon as we have them. You can choose to see some kinds later.',
  meaning:
    '“Ask me first” means: we tell you that a result is ready, and you say when you want to see it. What you have seen stays.',
  atOnce: 'At once',
  afterComment: (days: number) =>
    `After my team has written a note, at most ${days === 1 ? '1 day' : `${days} days`}`,
  askFirst: 'Ask me first',
  hints: {
    lab: 'Blood counts, chemistry, urine, and the like.',
    pathology: 'Biopsies, and tissue from an operation.',
    imaging: 'CT, MRI, X-ray, and other scans.',
    genetics: 'Tests that look at genes.',
    'tumor-marker': 'Like CA 125, CEA, or PSA.',
  },
  save: 'Save',
  missing: 'Choose one from the list.',
  lawTitle: 'What the law asks for',
  lawBody: 'For some kinds of reports, the law of our state sets a time before they may be shown.',
  lawLine: (kind: string, hours: number) =>
    `${kind}: ${hours === 1 ? '1 hour' : `${hours} hours`} after the report is final.`,
  forEveryone: 'Your choice counts for everyone who can see your record. Only you can change it.',
}
