import type { messages, threadReads, threads, workItems } from '../db/schema.ts'
import { replyDue } from '../practice/office-hours.ts'
import type { Calendar } from './calendar.ts'
import { idOf } from './chance.ts'
import { accountId, patientId } from './people.ts'
import type { Rows } from './store.ts'

type Work = {
  queue: string
  assigned?: string
  /** For how many hours the promised answer has been due: the question came that much earlier than the talk says. */
  late?: number
}
/** Who wrote, how many hours ago, and what; `read` names those who have seen all of it. */
type Talk = {
  key: string
  patient: string
  category: string
  subject: string
  lines: [who: string, hoursAgo: number, body: string][]
  read?: string[]
  /** Open work for the staff; without it the last answer settled the matter. */
  work?: Work
  closed?: number
  language?: 'es'
}

const nurses = ['dana', 'rao', 'jo', 'lou', 'nina']
const staff = new Set(nurses)
const caregivers: Record<string, string> = { ana: 'Daughter', carol: 'Neighbor' }

const talks: Talk[] = [
  {
    key: 'counts',
    patient: 'maria',
    category: 'result',
    subject: 'Your lab results',
    lines: [
      ['maria', 40, 'Hello. I saw my blood counts. Are they high enough for chemo this week?'],
      [
        'dana',
        3,
        'Good morning, Maria. Good news: your counts are coming back up. Dr. Rao has looked at them and wants you to come as planned.\n\nWe will check your blood again that morning.',
      ],
    ],
  },
  {
    key: 'ride',
    patient: 'maria',
    category: 'appointment',
    subject: 'Ride home after the infusion',
    lines: [
      [
        'ana',
        2,
        'Hello, this is Ana. I will pick up my mother after the next infusion. Can you tell me about what time she will be done, and which door is closest?',
      ],
    ],
    read: ['maria', 'ana'],
    work: { queue: 'front-desk' },
  },
  {
    key: 'tingling',
    patient: 'maria',
    category: 'symptom',
    subject: 'Tingling in my fingers',
    lines: [
      [
        'maria',
        27,
        'The tips of my fingers tingle since the last infusion. It is worse in the morning. I can still button my shirt. Should I do something about it?',
      ],
    ],
    read: ['maria', 'ana'],
    work: { queue: 'nurses', assigned: 'dana' },
  },
  {
    key: 'nausea',
    patient: 'maria',
    category: 'medicine',
    subject: 'Nausea medicine is running out',
    lines: [
      [
        'maria',
        24 * 12,
        'I have four tablets of ondansetron left. I need them on the days after the infusion.\nMay I have a refill?',
      ],
      [
        'dana',
        24 * 12 - 3,
        'Hello Maria. How many days after the infusion do you take it, and does it help?',
      ],
      ['maria', 24 * 12 - 5, 'Three days, sometimes four. It helps with the nausea, but I get constipated.'],
      [
        'dana',
        24 * 11,
        'Thank you. Constipation is common with this medicine. Drink plenty of water and take the stool softener we talked about on those days. I have sent a refill of 20 tablets to your pharmacy.',
      ],
      [
        'ana',
        24 * 11 - 2,
        'I picked it up today. Thank you! She asks whether she may take it before the infusion too.',
      ],
      [
        'rao',
        24 * 10,
        'She does not need to. We give a stronger medicine through the port before each infusion. She should start the tablets the next morning.',
      ],
      ['maria', 24 * 10 - 4, 'That is clear now. Thank you both.'],
      ['dana', 24 * 9, 'You are welcome. Write to us any time.'],
    ],
    read: ['maria', 'ana', 'dana'],
  },
  {
    key: 'parking',
    patient: 'maria',
    category: 'other',
    subject: 'Where to park',
    lines: [
      ['maria', 24 * 70, 'Is there parking near the Infusion Center?'],
      [
        'jo',
        24 * 70 - 2,
        'Yes. Lot C is next to the east door, and it is free for patients. The Infusion Center is on the 2nd floor, right by the elevator.',
      ],
    ],
    read: ['maria', 'ana'],
    closed: 24 * 60,
  },
  {
    key: 'letter',
    patient: 'maria',
    category: 'forms',
    subject: 'Letter for the airline',
    lines: [
      [
        'maria',
        24 * 33,
        'I would like to visit my sister in the spring. The airline asks for a letter about my port. Can you write one?',
      ],
      [
        'lou',
        24 * 32,
        'Of course. Dr. Rao has signed it. You can pick it up at the front desk, or we can mail it to you.',
      ],
      ['maria', 24 * 31, 'I will pick it up when I come for my blood test. Thank you.'],
    ],
    read: ['maria', 'ana', 'lou'],
    closed: 24 * 30,
  },
  {
    key: 'jorge cita',
    patient: 'jorge',
    category: 'appointment',
    subject: 'Cambiar mi cita',
    language: 'es',
    lines: [
      [
        'jorge',
        5,
        'Buenos días. No puedo ir a la cita de esta semana porque trabajo en la mañana. ¿Hay una hora por la tarde?\n\nMuchas gracias.',
      ],
    ],
    read: ['jorge'],
    work: { queue: 'front-desk' },
  },
  {
    key: 'jorge pastillas',
    patient: 'jorge',
    category: 'medicine',
    subject: 'Pregunta sobre las pastillas',
    language: 'es',
    lines: [
      ['jorge', 24 * 6, '¿Puedo tomar las pastillas con el desayuno?'],
      [
        'dana',
        24 * 5,
        'Buenos días, señor Santos. Sí, tómelas con comida y con un vaso de agua, siempre a la misma hora.',
      ],
    ],
  },
  {
    key: 'earl refill',
    patient: 'earl',
    category: 'medicine',
    subject: 'Refill for nausea medicine',
    lines: [['earl', 30, 'I am almost out of the nausea pills and the weekend is coming.']],
    read: ['earl'],
    work: { queue: 'nurses', late: 4 },
  },
  {
    key: 'earl bill',
    patient: 'earl',
    category: 'billing',
    subject: 'A bill I do not understand',
    lines: [
      [
        'earl',
        50,
        'I got a bill for $212.40 for a lab test in the summer. I thought Medicare paid for it. Can someone look at this?',
      ],
    ],
    read: ['earl'],
    work: { queue: 'billing', assigned: 'rao', late: 20 },
  },
  {
    key: 'june move',
    patient: 'june',
    category: 'appointment',
    subject: 'Need to move my visit',
    lines: [['june', 1, 'My grandson graduates that day. Can I come on another day of the same week?']],
    work: { queue: 'front-desk' },
  },
  {
    key: 'thomas scan',
    patient: 'thomas',
    category: 'result',
    subject: 'Question about my CT report',
    lines: [['thomas', 0.5, 'The report says "stable". Does that mean the treatment is working?']],
    work: { queue: 'nurses' },
  },
  {
    key: 'olive mouth',
    patient: 'olive',
    category: 'symptom',
    subject: 'Sores in my mouth',
    lines: [['olive', 26, 'I have two sores inside my lip since Friday. Eating hurts. No fever.']],
    work: { queue: 'nurses', assigned: 'dana', late: 2 },
  },
  {
    key: 'wayne work',
    patient: 'wayne',
    category: 'forms',
    subject: 'Form for my employer',
    lines: [
      ['wayne', 75, 'My employer needs the attached form filled in. I will bring it by.'],
      ['jo', 72, 'Thank you, Mr. Oduya. We will have it ready in three days.'],
      ['wayne', 4, 'Is it ready? They ask for it by Friday.'],
    ],
    work: { queue: 'front-desk', assigned: 'rao' },
  },
  {
    key: 'priya plan',
    patient: 'priya',
    category: 'treatment',
    subject: 'What comes after radiation?',
    lines: [
      [
        'priya',
        9,
        'My last radiation is next week. Dr. Rao spoke about tablets afterwards. When would they start and for how long?',
      ],
    ],
    work: { queue: 'nurses', assigned: 'rao' },
  },
  {
    key: 'frank sleep',
    patient: 'frank',
    category: 'symptom',
    subject: 'I cannot sleep after steroids',
    lines: [
      ['frank', 12, 'The night after the infusion I lie awake until four. Is there something I can do?'],
    ],
    work: { queue: 'nurses' },
  },
  {
    key: 'teresa seguro',
    patient: 'teresa',
    category: 'billing',
    subject: 'Tarjeta del seguro nueva',
    language: 'es',
    lines: [['teresa', 8, 'Tengo un seguro nuevo desde este mes. ¿A dónde mando la foto de la tarjeta?']],
    work: { queue: 'billing' },
  },
  {
    key: 'leonard thanks',
    patient: 'leonard',
    category: 'other',
    subject: 'Thank you',
    lines: [
      ['leonard', 24 * 4, 'Please tell the infusion nurses that I am grateful. They made a hard day easy.'],
      ['jo', 24 * 4 - 3, 'We will! It made their day too.'],
    ],
    closed: 24 * 3,
  },
]

type Promised = Parameters<typeof replyDue>[0]

/** The talks with every late question moved back to before its promise was broken. */
const timed = (days: Calendar, practice: Promised) =>
  talks.map((talk): Talk => {
    const { lines, work } = talk
    const last = lines.at(-1)
    if (work?.late === undefined || !last) return talk
    const broken = days.hoursAgo(work.late)
    let hours = last[1]
    while (replyDue(practice, days.hoursAgo(hours)) > broken) hours += 0.5
    return { ...talk, lines: lines.map(([who, ago, body]) => [who, ago + hours - last[1], body]) }
  })

export function makeMessages(days: Calendar, practice: Promised): Rows {
  const made: {
    threads: (typeof threads.$inferInsert)[]
    messages: (typeof messages.$inferInsert)[]
    threadReads: (typeof threadReads.$inferInsert)[]
    workItems: (typeof workItems.$inferInsert)[]
  } = { threads: [], messages: [], threadReads: [], workItems: [] }

  for (const talk of timed(days, practice)) {
    const threadId = idOf(`thread ${talk.key}`)
    const [first, last] = [talk.lines[0], talk.lines.at(-1)]
    if (!first || !last) continue
    made.threads.push({
      id: threadId,
      patientId: patientId(talk.patient),
      subject: talk.subject,
      category: talk.category,
      openedAt: days.hoursAgo(first[1]),
      openedBy: accountId(first[0]),
      lastMessageAt: days.hoursAgo(last[1]),
      closedAt: talk.closed ? days.hoursAgo(talk.closed) : null,
      closedBy: talk.closed ? accountId('jo') : null,
    })
    talk.lines.forEach(([who, hours, body], index) => {
      made.messages.push({
        id: idOf(`message ${talk.key} ${index}`),
        threadId,
        authorId: accountId(who),
        authorRole: staff.has(who) ? 'staff' : who in caregivers ? 'caregiver' : 'patient',
        relationship: caregivers[who] ?? null,
        body,
        language: talk.language ?? 'en',
        sentAt: days.hoursAgo(hours),
        submissionId: idOf(`submission ${talk.key} ${index}`),
      })
    })
    for (const who of talk.read ?? [])
      made.threadReads.push({
        threadId,
        accountId: accountId(who),
        readAt: days.hoursAgo(Math.max(last[1] - 1, 0)),
      })
    made.workItems.push(...workOf(talk, threadId, days, practice))
  }
  return made
}

/** A question opens work, an answer settles it; what waits now is the last question nobody has answered. */
function workOf({ key, lines, work, category }: Talk, threadId: string, days: Calendar, practice: Promised) {
  const answers = lines.filter(([who]) => staff.has(who))
  const asked = lines.filter(([who]) => !staff.has(who))
  const queue =
    work?.queue ??
    (category === 'symptom' || category === 'medicine' || category === 'result' ? 'nurses' : 'front-desk')
  const items: (typeof workItems.$inferInsert)[] = []
  const [answer] = answers
  if (answer && lines[0])
    items.push({
      id: idOf(`settled ${key}`),
      threadId,
      queue,
      openedAt: days.hoursAgo(lines[0][1]),
      dueAt: replyDue(practice, days.hoursAgo(lines[0][1])),
      doneAt: days.hoursAgo(answers.at(-1)?.[1] ?? answer[1]),
      doneBy: accountId(answer[0]),
      doneHow: 'answered',
    })
  const last = asked.at(-1)
  if (work && last)
    items.push({
      id: idOf(`work ${key}`),
      threadId,
      queue,
      openedAt: days.hoursAgo(last[1]),
      dueAt: replyDue(practice, days.hoursAgo(last[1])),
      ...(work.assigned
        ? { assignedTo: accountId(work.assigned), assignedAt: days.hoursAgo(last[1] / 2) }
        : {}),
    })
  return items
}
