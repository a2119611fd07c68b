import { fold } from '../patients/name.ts'

/**
 * Words and phrases, one an entry. `*` at the end of a word stands for whatever follows; `...` between two words for up to
 * four others.
 */
export type DangerWords = { en: string[]; es: string[] }

const list = (text: string) => text.split(';').map((entry) => entry.trim().replace(/\s+/g, ' '))

/**
 * The list until a practice has its own: fever or chills, chest pain, trouble breathing, bleeding, allergic reaction,
 * confusion, thoughts of self-harm (product.md section 3), as people write them, misspelled too.
 */
export const dangerWords: DangerWords = {
  en: list(`fever*; feaver*; fevr; high temperature; my temp; my temperature; temp is; temp of; temp was; temperature is;
    temperature of; temperature was; running a temp*; spiked a temp*; temp* ... 100; temp* ... 101; temp* ... 102;
    temp* ... 103; temp* ... 104; 100 ... f; 101 ... f; 102 ... f; 103 ... f; 104 ... f; 105 ... f; 100 ... degrees;
    101 ... degrees; 102 ... degrees; 103 ... degrees; 104 ... degrees; thermometer read*; thermometer sa*; burning up; chills; shivering;
    rigors; can't stop shaking; shaking all over; chest ... pain*; chest ... hurt*; pain* in ... chest; hurt* in ... chest;
    chest ... pressure; pressure ... my chest; chest ... tight*; tight* ... my chest; chest ... squeez*;
    chest ... crushing; crushing ... chest; chest ... heavy; heart attack*; trouble ... breath*; difficult* ... breath*;
    struggl* ... breath*; hard to ... breath*; hard time ... breath*; can't ... breath*; cannot ... breath*;
    can not ... breath*; hurt* ... to breath*; hurt* when ... breath*; catch* ... breath; gasping; breathless;
    out of breath; short of breath*; short* of ... breath*; not breathing; can't get ... air; not get ... air; cannot get ... air; not getting ... air; bled; bleed*; bleding;
    nosebleed*; nose bleed*; blood in my; blood in his; blood in her; blood in the; blood in ... urine; blood in ... stool*;
    blood in ... pee; blood in ... poop; blood coming; blood from ... nose; blood from ... mouth;
    blood from ... gums; losing blood; losing a lot of blood; lost a lot of blood; cough* ... up blood;
    cough* ... blood; spit* ... blood; vomit* ... blood; threw up ... blood; throw* up ... blood; puk* ... blood;
    stool* ... black; black ... stool*; black ... poop; poop ... black; tarry; pee ... red; urine ... red; red urine;
    bloody; allergic reaction*; anaphyla*; hives; swoll* ... face; swoll* ... lip*; swoll* ... tongue; swoll* ... throat;
    face ... swoll*; face ... swell*; lip* ... swoll*; lip* ... swell*; tongue ... swoll*; tongue ... swell*;
    throat ... swoll*; throat ... swell*; swelling ... face; swelling ... lip*; swelling ... tongue; swelling ... throat;
    throat ... clos*; closing ... throat; rash all over; confused; confusion; disoriented; delirious; not making ... sense;
    doesn't know where; passed out; passing out; blacked out; I collapsed; he collapsed; she collapsed; fainted; fainting; unconscious; unresponsive;
    not responding; won't wake; can't wake; not waking; seizure*; siezure*; stroke; face ... droop*; slurr*; suicid*;
    sucid*; kill myself; killing myself; end my life; ending my life; end it all; take my own life; taking my own life;
    want to die; wanna die; ready to die; wish ... dead; rather be dead; better off dead; better ... without me;
    don't want to live; don't wanna live; do not want to live; don't want to be alive; don't want to wake up;
    don't want to be here; no reason to live; tired of living; can't go on like this; can't go on any*; hurt myself; hurting myself; harm myself;
    harming myself; self harm; overdos*; cut myself`),
  es: list(`fiebre*; fievre; febril; calentura*; temperatura alta; mi temperatura; temperatura de; temperatura ... 38;
    temperatura ... 39; temperatura ... 40; temperatura ... 100; temperatura ... 101; temperatura ... 102; 38 ... grados;
    39 ... grados; 40 ... grados; 101 ... grados; 102 ... grados; 103 ... grados; 38 ... c; 39 ... c; 40 ... c; escalofr*; escalosfr*; escalo frios; tiritando; temblando; dolor* ... pecho; duele* ... pecho;
    doliendo ... pecho; pecho ... duele; presión en ... pecho; opresión ... pecho; oprime ... pecho; aprieta ... pecho;
    pecho ... aprieta; pecho apretado; pecho oprimido; punzada* ... pecho; ataque al corazón; infarto; falta ... aire;
    falta ... aliento; falta ... respiración; sin aire; sin aliento; no puedo ... respirar; no puede ... respirar;
    no podía ... respirar; apenas ... respir*; dificultad ... respirar; difícil respirar; cuesta ... respirar;
    costando ... respirar; duele ... respir*; respiro mal; respira mal; ahogo; ahoga; ahogando; asfixi*; sangra*; sangro;
    sangre en ... orina; sangre en ... pipí; sangre en ... heces; sangre en ... popó; sangre en ... excremento*;
    sangre en ... inodoro; sangre en ... baño; sangre en ... taza; sangre en ... papel; sangre en ... saliva;
    sangre en ... flema*; sangre en ... boca; sangre en ... nariz; sangre en ... vómito; sangre en ... encía*;
    sangre en mi; sangre por ... nariz; sangre por ... boca; con sangre; mucha sangre; pierdo ... sangre; perdiendo ... sangre; perdí ... sangre;
    sale sangre; salió sangre; saliendo sangre; echa* sangre; bota* sangre; vomit* ... sangre; toso ... sangre;
    tose ... sangre; tosí ... sangre; tosiendo ... sangre; escup* ... sangre; orin* ... sangre; orina ... roja;
    heces ... negr*; popó ... negr*; excremento ... negr*; hemorragia*; emorragia*; reacción alérgica; anafil*; ronchas;
    urticaria; hinch* ... cara; hinch* ... labio*; hinch* ... lengua; hinch* ... garganta; hinch* ... boca;
    cara ... hinch*; labio* ... hinch*; lengua ... hinch*; garganta ... hinch*; cierra ... garganta;
    cerrando ... garganta; garganta ... cerr*; garganta ... cierra; confundid*; confusión; desorientad*; delira*;
    no sabe dónde está; no me reconoce; sin sentido; desmay*; inconsciente; perdió el conocimiento;
    perdí el conocimiento; no responde; no reacciona; no despierta; no puedo despertar*; no se despierta; convulsi*;
    derrame; cara ... torcida; suicid*; matarme; quitarme la vida; acabar con mi vida; terminar con mi vida;
    acabar con todo; quiero morir*; quisiera morir*; prefiero morir*; ganas de morir*; quisiera estar muert*;
    mejor muert*; no quiero vivir; no quiero ... viviendo; no quiero vivir más; sin ganas de vivir; no tengo ganas de vivir;
    cansad* de vivir; no vale la pena vivir; no quiero despertar; hacerme daño; lastimarme; cortarme las venas;
    sobredosis`),
}

/** How many other words `...` may stand for. */
const gap = 4

type Step = { word: string; isOpen: boolean; reach: number }

const wordsOf = (text: string) =>
  fold(text.replace(/[º°ª]/g, ' '))
    .replace(/(\p{N})(\p{L})/gu, '$1 $2')
    .split(' ')
    .filter(Boolean)

/** Reading 350 entries takes longer than looking for them: an isolate reads each once. */
const read = new Map<string, Step[]>()

function stepsOf(entry: string) {
  const known = read.get(entry)
  if (known) return known
  const steps = readEntry(entry)
  read.set(entry, steps)
  return steps
}

function readEntry(entry: string) {
  const steps: Step[] = []
  for (const [index, part] of entry.split(/\.{3}|…/).entries()) {
    let reach = index === 0 ? 1 : gap + 1
    for (const said of part.split(/\s+/)) {
      const words = wordsOf(said)
      for (const [at, word] of words.entries()) {
        steps.push({ word, isOpen: said.endsWith('*') && at === words.length - 1, reach })
        reach = 1
      }
    }
  }
  return steps
}

/** Whether the words of an entry stand in a text one after the other, as near to each other as the entry wants. */
function stands(steps: Step[], words: string[]) {
  const fits = ({ word, isOpen }: Step, said: string) => (isOpen ? said.startsWith(word) : said === word)
  const [first, ...rest] = steps
  if (!first || !words.some((said) => fits(first, said))) return false
  let ends = words.map((said) => fits(first, said))
  for (const step of rest) {
    if (!ends.includes(true)) return false
    const before = ends
    let latest = Number.NEGATIVE_INFINITY
    ends = words.map((said, at) => {
      const isNear = at - latest <= step.reach
      if (before[at]) latest = at
      return isNear && fits(step, said)
    })
  }
  return ends.includes(true)
}

/**
 * Whether a text speaks of danger, in either language, without regard to case, accents or punctuation. That it does not
 * says nothing: nobody may be told that all is well.
 */
export function speaksOfDanger(text: string, { en, es }: DangerWords) {
  const words = wordsOf(text)
  return [...en, ...es].some((entry) => stands(stepsOf(entry), words))
}
