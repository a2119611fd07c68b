import { fold } from '../patients/name.ts'

/** Words and phrases, one an entry; `*` at the end of one stands for whatever follows. */
export type DangerWords = { en: string[]; es: string[] }

const list = (text: string) => text.split(';').map((entry) => entry.trim().replace(/\s+/g, ' '))

/**
 * The list until a practice has its own: fever or chills, chest pain, trouble breathing, bleeding, allergic reaction,
 * confusion, thoughts of self-harm (product.md section 3), as people write them.
 */
export const dangerWords: DangerWords = {
  en: list(`fever*; high temperature; my temp; my temperature; temp is; temp of; temp was; temperature is;
    temperature of; temperature was; chills; shivering; rigors; chest pain*; chest hurts; pain in my chest; chest pressure;
    chest tightness; tight chest; heart attack*; trouble breath*; difficulty breathing; struggling to breathe;
    hard to breath*; hard time breathing; can't breath*; cannot breath*; can not breath*; breathless; short of breath;
    shortness of breath; bleed*; nosebleed*; blood in my; blood in his; blood in her; blood in the; coughing blood;
    coughing up blood; coughed up blood; vomiting blood; throwing up blood; threw up blood; black stool*; bloody;
    allergic reaction*; anaphyla*; hives; swollen face; swollen lips; swollen tongue; face is swollen; face is swelling;
    lips are swollen; lips are swelling; tongue is swollen; tongue is swelling; throat is closing; confused; confusion;
    disoriented; delirious; not making sense; passed out; fainted; fainting; unconscious; unresponsive; won't wake up;
    seizure*; stroke; slurred speech; suicid*; kill myself; killing myself; end my life; ending my life; take my own life;
    want to die; don't want to live; do not want to live; no reason to live; hurt myself; hurting myself; harm myself;
    self harm; overdose*; better off dead`),
  es: list(`fiebre; calentura; temperatura alta; mi temperatura; temperatura de; escalofr*; dolor en el pecho;
    dolor de pecho; duele el pecho; presión en el pecho; opresión en el pecho; ataque al corazón; infarto;
    falta de aire; falta el aire; falta aire; falta el aliento; no puedo respirar; no puede respirar;
    dificultad para respirar; cuesta respirar; me ahogo; se ahoga; sangra*; sangre en el; sangre en la; sangre en los;
    sangre en las; sangre en mi; con sangre; mucha sangre; pierdo sangre; vomito sangre; vomité sangre;
    vomitando sangre; toso sangre; tosiendo sangre; hemorragia*; reacción alérgica; anafil*; ronchas; urticaria;
    cara hinchada; labios hinchados; lengua hinchada; hincha la cara; hincha la lengua; hinchan los labios;
    cierra la garganta; confundid*; confusión; desorientad*; desmay*; inconsciente; no responde; convulsi*; derrame;
    suicid*; matarme; quitarme la vida; quiero morir*; no quiero vivir; hacerme daño; lastimarme; sobredosis`),
}

/**
 * Whether a text speaks of danger, in either language, without regard to case, accents or punctuation. That it does not
 * says nothing: nobody may be told that all is well.
 */
export function speaksOfDanger(text: string, { en, es }: DangerWords) {
  const said = ` ${fold(text)} `
  return [...en, ...es].some((entry) => {
    const phrase = fold(entry)
    return phrase !== '' && said.includes(entry.trimEnd().endsWith('*') ? ` ${phrase}` : ` ${phrase} `)
  })
}
