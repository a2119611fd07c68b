import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { commonPasswords } from '../../src/identity/common-passwords.ts'
import { commonWords } from '../../src/identity/common-words.ts'
import { fitsPassword, longestPassword } from '../../src/identity/password-length.ts'
import { type PasswordFault, passwordFaults } from '../../src/identity/password-rule.ts'

const maria = {
  names: ['María', 'Álvarez-Ruiz', 'Hillside Cancer Care'],
  email: 'mar.alv@example.com',
  birthDate: '1948-03-27',
}
const faults = (password: string) => passwordFaults(password, maria)
const nobody = { names: [], email: '', birthDate: null }
const faultsOf = (names: string[], password: string, email = '') =>
  passwordFaults(password, { ...nobody, names, email })

test.each([
  'Blue-Kettle-42',
  'Ñandú!47xq',
  'Two words 9',
  'Zz9~zzQk',
  'Пароль!Дом7',
  'Ωμέγα-δρόμος 8',
  'Ωμέγα-δρόμος ٨',
  'Kp7!\u{1F511}wRm',
  'Kp7\u{1F511}wRmq',
  `Aq7 ${'xkcd'.repeat(40)}`,
])('"%s" is accepted', (password) => {
  expect(faults(password)).toEqual([])
})

test.each<[string, PasswordFault[]]>([
  ['', ['short', 'upper', 'lower', 'number', 'special']],
  ['kettle', ['short', 'upper', 'number', 'special']],
  ['BLUE-KETTLE-42', ['lower']],
  ['blue-kettle-42', ['upper']],
  ['Blue-Kettle', ['number']],
  ['BlueKettle42', ['special']],
  ['Bk4-tle', ['short']],
  ['漢字漢字漢字漢字7!', ['upper', 'lower']],
  ['Blue-Kettle-Ⅻ', ['number']],
  ['BlueKettlé42', ['special']],
])('"%s" lacks all of: %s', (password, expected) => {
  expect(faults(password)).toEqual(expected)
})

describe('what everyone tries', () => {
  test.each(
    `Password1! P@ssw0rd1 Passw0rd! Pa$$word1 Pa55w0rd! Password@123 P@$$w0rd1 Welcome1! Welcome123! Welcome@2026 Bienvenido1!
    Contraseña1! Hola1234! Teamo123! Qwerty123! Qwerty12! 1Qwerty! 123Qwe1! Asdf1234! Zxcvbnm1! 1qaz@WSX !QAZ2wsx Zaq1@wsx Zaq12wsx!
    Q1w2e3r4! Qazwsx123! Aa123456! Aa@123456 Aaaaaaa1! Abc123!@# Abcd@1234 Abcdefg1! Admin@123 Root@123 User@1234 Test@123 Pass@123
    Letmein1! Changeme1! Secret123! Master123! Trustno1! Iloveyou1! Iloveyou2! Ihateyou1! Princess1! Pr1ncess! Sunshine1! Monkey123!
    M0nkey12! Dragon123! Shadow123! Football1! Baseball1! Superman1! Batman123! Starwars1! Charlie1! Michael1! Jordan23! Harley123!
    Michelle1! Buster1! Summer2024! Winter2023! January2025! Spring2026! India@123 Arkansas1! Razorbacks1! Walmart1! Tyson123!
    Company1! Computer1! Internet1! Nothing1! Jesus777! Lovely1! Ｐａｓｓｗｏｒｄ１！ 𝐏𝐚𝐬𝐬𝐰𝐨𝐫𝐝𝟏!`.split(/\s+/)
  )('"%s" meets the rule and is refused all the same', (password) => {
    expect(faults(password)).toEqual(['common'])
  })

  const capital = (word: string) => word.charAt(0).toUpperCase() + word.slice(1)
  const decorations: ((word: string) => string)[] = [
    (word) => `${capital(word)}123!`,
    (word) => `${capital(word)}@2026`,
    (word) => `!1${capital(word)}`,
    (word) => `${word}1!${word.toUpperCase()}`,
    (word) => `${capital(word).split('').join('-')}1`,
    (word) => `${capital(word).replace('a', '@').replace('o', '0')}#99`,
  ]
  test('every word of both lists is refused under the usual decorations', () => {
    const words = [...commonWords, ...commonPasswords].filter((word) => word.length >= 4)
    expect(words.length).toBeGreaterThan(1500)
    const accepted = words.flatMap((word) =>
      decorations
        .map((decorate) => decorate(word))
        .map((password) => password.padEnd(8, '1'))
        .filter((password) => !faultsOf([], password).includes('common'))
    )
    expect(accepted).toEqual([])
  })

  test.each(
    `Maple&Rain7 Kettle.Vivid.31 Tin7;spoon-dusk Ocho~gatos8 Gr33n-umbrella-xylophone Mi+perro+come9 7Teacups_on_Monday! Zq4#mLp9
    Ribbon(orbit)12 Lantern:fog:88 T0lstoy;peat K9!violets-run Sofa/barn/eel5 Quartz=elbow=6 H3ron_wades_slowly Umbra%kiln%40
    Dove.cot.Stile.3`.split(/\s+/)
  )('"%s" is nobody’s favourite and is taken', (password) => {
    expect(faults(password)).toEqual([])
  })
})

describe('what a person’s own facts say', () => {
  test.each([
    'Alvarez#2xq9',
    'xqMARIA-77k',
    'Hillside!88x',
    'Zq!1948zzk',
    'k-032748-Qz',
    'k-3/27/48-Qz',
    'Zq!١٩٤٨zzk',
    'Zq!１９４８zzk',
    'M@r1a-zzk99',
    'Mar-Kettle-9x',
  ])('"%s" is built from the person or the practice', (password) => {
    expect(faults(password)).toContain('personal')
  })

  test.each<[string[], string]>([
    [['O’Brien'], 'Obrien-9xkq'],
    [["O'Brien"], 'Brien-9xkqz'],
    [['D’Li'], 'dli-9xkqzZ'],
    [['Jean-Luc'], 'xLuc-9xkqz'],
    [['Łukasz'], 'Lukasz-9xk!'],
    [['Søren'], 'Soren-9xk!q'],
    [['Strauß'], 'Strauss-9xk'],
    [['Zoë'], 'MyZoe-9xk7'],
    [['Nguyễn'], 'xnguyenX-9!'],
    [['Мария'], 'Мария-9xk!'],
    [['王小明'], 'Aq王小明-9xk'],
    [['Rosa'], 'R0sa-1x!kq'],
    [['Rosa'], 'RosaLove-9x'],
    [['Li'], 'Li-12345678'],
  ])('%s is found in "%s"', (names, password) => {
    expect(faultsOf(names, password)).toContain('personal')
  })

  test.each<[string[], string]>([
    [['Ana'], 'Banana-boat-9'],
    [['Li'], 'Lively-Otter-9'],
    [['Jo', 'De La O'], 'Jolly-Delta-9'],
    [['Ed'], 'Kettle-red-42'],
    [['Hillside Cancer Care'], 'Careful-Owl-42'],
    [['Lee'], 'Kitchen-Sleep-99'],
    [['X'], 'Xylem-Boxes-9'],
    [['Rosa'], 'Prosaic-Owl-42'],
  ])('%s does not keep anyone from "%s"', (names, password) => {
    expect(faultsOf(names, password)).not.toContain('personal')
  })

  test.each([
    ['rosa52@example.com', 'Rosa-x9kqzz'],
    ['rosa.diaz@example.com', 'xDiaz-9kqzz'],
    ['sunnyday77@example.com', 'xSunnyday77!'],
    ['4795550101@example.com', 'Kq!4795550101z'],
    ['someone@hillsideclinic.org', 'Hillsideclinic-9'],
  ])('the address %s is found in "%s"', (email, password) => {
    expect(faultsOf([], password, email)).toContain('personal')
  })

  test('the end of an address is everyone’s', () => {
    expect(faultsOf([], 'Combine-org-42', 'q@w.com')).toEqual([])
  })
})

describe('length', () => {
  const filler = 'qzxkvw'.repeat(50)
  test.each([
    [7, ['short']],
    [8, []],
    [128, []],
    [256, []],
    [257, ['long']],
  ] as const)('%i code points: %j', (length, expected) => {
    expect(faults(`Aq7!${filler}`.slice(0, length))).toEqual(expected)
  })

  test('counts what a person sees as code points, not as units of UTF-16', () => {
    const keys = '\u{1F511}'.repeat(longestPassword - 3)
    expect(faults(`Aq7${keys}`)).toEqual([])
    expect(faults(`Aq7${keys}\u{1F511}`)).toEqual(['long'])
    expect(faults('Aq7\u{1F511}zz')).toContain('short')
  })

  test('is the same at sign-in as at registration', () => {
    const anything = fc.string({ unit: 'grapheme', maxLength: 300 })
    fc.assert(fc.property(anything, (text) => fitsPassword(text) === !faults(text).includes('long')))
    expect(fitsPassword(`Aq7${'\u{1F511}'.repeat(longestPassword - 3)}`)).toBe(true)
    expect(fitsPassword('a'.repeat(longestPassword + 1))).toBe(false)
  })
})

describe('Unicode', () => {
  const anything = fc.string({ unit: 'binary', maxLength: 300 })
  const graphemes = fc.string({ unit: 'grapheme', maxLength: 60 })

  test('no input breaks the rule, and no fault is named twice', () => {
    fc.assert(
      fc.property(anything, (text) => {
        const found = faults(text)
        return new Set(found).size === found.length
      })
    )
  })

  test('however a keyboard composes a letter, it counts the same', () => {
    fc.assert(
      fc.property(graphemes, (text) => {
        expect(faults(text.normalize('NFD'))).toEqual(faults(text.normalize('NFC')))
      })
    )
    for (const password of ['Ñandú!47xq', 'Blue-Kettlé-42', '각각각각Aa1!'])
      expect(faults(password.normalize('NFD'))).toEqual(faults(password.normalize('NFC')))
  })

  test('letters of either case count in every script that has them', () => {
    const scripts = ['abcdefgh', 'αβγδεζηθ', 'абвгдежз', 'աբգդեզէը', 'ñéüøåçõí']
    fc.assert(
      fc.property(
        fc.constantFrom(...scripts),
        fc.array(fc.nat(7), { minLength: 8, maxLength: 20 }),
        (script, picks) => {
          const lower = picks.map((pick) => script[pick]).join('')
          const shape = (password: string) =>
            faultsOf([], password).filter((fault) => ['upper', 'lower'].includes(fault))
          expect(shape(`${lower}7!`)).toEqual(['upper'])
          expect(shape(`${lower.toUpperCase()}7!`)).toEqual(['lower'])
          expect(shape(`${lower}${lower.toUpperCase()}7!`)).toEqual([])
        }
      )
    )
  })

  test('digits count in every script', () => {
    const zeros = ['0', '٠', '۰', '०', '০', '๐', '０', '𝟎']
    fc.assert(
      fc.property(fc.constantFrom(...zeros), fc.nat(9), (zero, value) => {
        const digit = String.fromCodePoint((zero.codePointAt(0) ?? 0) + value)
        expect(faultsOf([], `Kettle-Owl-${digit}`)).toEqual([])
      })
    )
  })

  test('a birth year is found in the digits of every script', () => {
    for (const zero of ['0', '٠', '۰', '०', '০', '๐', '０', '𝟎', '𝟘']) {
      const year = [...'1948']
        .map((digit) => String.fromCodePoint((zero.codePointAt(0) ?? 0) + Number(digit)))
        .join('')
      expect(faults(`Kettle-${year}-q`)).toContain('personal')
    }
  })

  test('what nobody can see is neither a special character nor makes it longer', () => {
    const unseen = [
      '\u200b',
      '\u200c',
      '\u200d',
      '\u2060',
      '\ufeff',
      '\u00ad',
      '\u200e',
      '\u202e',
      '\u3164',
      '\ufe0f',
      '\u0007',
    ]
    fc.assert(
      fc.property(fc.constantFrom(...unseen), fc.nat(7), (character, at) => {
        const hide = (password: string) => password.slice(0, at) + character + password.slice(at)
        expect(faultsOf([], hide('Kettle4x'))).toEqual(['special'])
        expect(faultsOf([], hide('Kett-4x'))).toEqual(['short'])
        expect(faultsOf([], hide('Kettle-4x'))).toEqual([])
        expect(faultsOf([], hide('Password1!'))).toEqual(['common'])
      })
    )
  })

  test('spaces of every kind and emoji are special characters', () => {
    for (const sign of [' ', '\u00a0', '\u2003', '\u3000', '👍', '👩🏽‍⚕️', '€', '—', '¿'])
      expect(faultsOf([], `Kettle4${sign}Owl`)).toEqual([])
  })

  test('marks are no special characters, and right to left is as good as left to right', () => {
    expect(faultsOf([], 'Kettle4x\u0335owl')).toEqual(['special'])
    expect(faultsOf([], 'שלום-Aa7-עולם')).toEqual([])
    expect(faultsOf([], 'مرحبا Aa٧ مرحبا')).toEqual([])
  })
})
