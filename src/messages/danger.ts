import { fold } from '../patients/name.ts'

/** Words and phrases, one an entry; `*` at the end of one stands for whatever follows. */
export type DangerWords = { en: string[]; es: string[] }

const list = (text: string) => text.split(';').map((entry) => entry.trim().replace(/\s+/g, ' '))

/**
 * The list until a practice has its own: fever or chills, chest pain, trouble breathing, bleeding, allergic reaction,
 * confusion, thoughts of self-harm (product.md section 3), as people write them.
 */
export const dangerWords: DangerWords = {
  en: list(`fever*; high temperature; chills; shivering; chest pain*; chest hurts; pain in my chest; chest pressure;
    chest tightness; tight chest; trouble breathing; hard to breathe; hard time breathing; can't breathe; cannot breathe;
    can not breathe; short of breath; shortness of breath; bleed*; blood in my; coughing blood; coughing up blood;
    vomiting blood; throwing up blood; black stool*; allergic reaction; hives; swollen face; swollen tongue;
    face is swollen; tongue is swollen; throat is closing; confused; confusion; disoriented; passed out; fainted;
    fainting; unconscious; seizure*; stroke; slurred speech; suicid*; kill myself; killing myself; end my life;
    ending my life; want to die; hurt myself; hurting myself; harm myself; self harm; overdose*; better off dead`),
  es: list(`fiebre; calentura; temperatura alta; escalofrío*; dolor en el pecho; dolor de pecho; duele el pecho;
    presión en el pecho; opresión en el pecho; falta de aire; falta el aire; falta aire; no puedo respirar;
    no puede respirar; dificultad para respirar; cuesta respirar; sangra*; sangre; hemorragia*; reacción alérgica;
    ronchas; urticaria; cara hinchada; lengua hinchada; cierra la garganta; confundid*; confusión; desorientad*;
    desmay*; inconsciente; convulsi*; derrame; suicid*; matarme; quitarme la vida; quiero morir; no quiero vivir;
    hacerme daño; lastimarme; sobredosis`),
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
