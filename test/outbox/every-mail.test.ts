import { beforeEach, describe, expect, test } from 'vitest'
import { mailWriters } from '../../src/mails.ts'
import { everyMail } from '../support/every-mail.ts'
import { people, seed } from '../support/people.ts'

beforeEach(seed)

const illness =
  /cancer|cáncer|tumou?r|chemo|quimio|oncolog|leuk|leuc|lymphom|linfom|carcinom|radiation|radiaci|infus|biops|diagnos|hemoglobin|blood|sangre|refill|medicine|medicamento|hematolog|treatment|tratamiento|symptom|síntoma/i

describe.each(['en', 'es'] as const)('every mail in %s', (language) => {
  test('is there in text and in HTML, in that language, and asks no other place for anything', async () => {
    const mails = await everyMail(language)
    expect([...mails.keys()].sort()).toEqual(Object.keys(mailWriters).sort())
    for (const [kind, { subject, text, html }] of mails) {
      const said = kind === 'canary' ? 'en' : language
      expect([kind, subject.length > 5 && subject.length < 79]).toEqual([kind, true])
      expect([kind, html.match(/<html lang="(\w+)"/)?.[1]]).toEqual([kind, said])
      expect([kind, text.includes(said === 'en' ? 'Your team at' : 'Su equipo de')]).toEqual([kind, true])
      expect([kind, /<img|<script|<link|src=|url\(|@import|<form|onclick/i.test(html)]).toEqual([kind, false])
      expect([kind, /<|&\w+;/.test(text)]).toEqual([kind, false])
      // Every address in the text is one to press in the HTML, and goes to the portal alone.
      for (const [url] of text.matchAll(/https?:\/\/\S+/g)) {
        expect([kind, url.startsWith('https://portal.test/')]).toEqual([kind, true])
        expect([kind, html.includes(`href="${url}"`)]).toEqual([kind, true])
      }
    }
  })

  test('says nothing of health, and names no one', async () => {
    for (const [kind, { subject, text, html, headers }] of await everyMail(language)) {
      // The practice says what it treats by its name; links hold the cast's ids, which are names where real ones are not.
      const words = JSON.stringify([subject, text, html, headers])
        .replaceAll('Hillside Cancer Care', '')
        .replaceAll(/https:[^\s"<>\\]+/g, '')
      expect([kind, words.match(illness)?.[0]]).toEqual([kind, undefined])
      for (const { givenName, familyName } of Object.values(people))
        expect([kind, words.includes(`${givenName} `) || words.includes(familyName)]).toEqual([kind, false])
      expect([kind, subject.includes('@')]).toEqual([kind, false])
    }
  })

  test('is other words than in the other language', async () => {
    const here = await everyMail(language)
    await seed()
    const there = await everyMail(language === 'en' ? 'es' : 'en')
    for (const [kind, { subject }] of here)
      if (kind !== 'canary') expect([kind, there.get(kind)?.subject === subject]).toEqual([kind, false])
  })
})
