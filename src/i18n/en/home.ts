export const home = {
  greeting: {
    morning: (name: string) => `Good morning, ${name}`,
    afternoon: (name: string) => `Good afternoon, ${name}`,
    evening: (name: string) => `Good evening, ${name}`,
  },
  nextAppointment: 'Your next appointment',
  today: 'Today',
  seeDetails: 'See details',
  moreStops: (count: number) =>
    count === 1 ? '1 more appointment that day.' : `${count} more appointments that day.`,
  allAppointments: 'See all appointments',
  newMessages: 'New messages',
  allMessages: 'See all messages',
  newReport: 'New lab report',
  newReports: 'New lab reports',
  labHistory: 'See lab history',
  nothing: 'Nothing new right now',
  noAppointment: 'No upcoming appointments.',
  noMessages: 'No new messages.',
  noReports: 'No new lab reports.',
  helping: {
    title: (name: string) => `Did ${name} forget the password?`,
    body: (name: string) =>
      `We can email ${name} a link to set a new one. The link goes only to the address ${name} signs in with. You will not see it.`,
    send: 'Send a reset e-mail',
  },
}
