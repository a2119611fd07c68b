export const merges = {
  title: 'Two records that became one',
  into: 'This record was moved into another one. Nothing new comes in here.',
  moved: (name: string) => `The record of ${name} was moved into this one.`,
  on: (sender: string | null, at: string) => (sender ? `${sender}, ${at}` : at),
  open: 'Open that record',
  separate: 'Separate them again',
  separateTitle: 'Separate the two records?',
  who: (name: string, mrn: string | null) => (mrn ? `${name}, record ${mrn}` : name),
  goesBack:
    'Everything that moved goes back: results, visits, messages, caregivers and the login. The two people no longer see each other’s data.',
  stays: 'What came in or was written after the records became one stays in this one.',
  confirm: 'Separate the records',
  keep: 'Keep them as one',
  likelyTitle: 'Perhaps the same person has another record',
  likely:
    'Compare the two. If they are one person, merge them in your record system: its message merges them here too.',
}
