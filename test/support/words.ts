import { en as account } from '../../src/i18n/account/en.ts'
import { es as cuenta } from '../../src/i18n/account/es.ts'
import { en as info } from '../../src/i18n/info/en.ts'
import { es as acerca } from '../../src/i18n/info/es.ts'
import { mailWords } from '../../src/i18n/mail/words.ts'
import { en as portal } from '../../src/i18n/portal/en.ts'
import { es as portada } from '../../src/i18n/portal/es.ts'
import { en as record } from '../../src/i18n/record/en.ts'
import { es as expediente } from '../../src/i18n/record/es.ts'
import { en as staff } from '../../src/i18n/staff/en.ts'
import { es as personal } from '../../src/i18n/staff/es.ts'
import type { Dictionary, Language } from '../../src/i18n/text.ts'

/** All words of the portal, whichever part they come with. */
export const en: Dictionary = {
  ...portal,
  ...account,
  ...record,
  ...info,
  ...staff,
  ...mailWords.en,
}
export const es: Dictionary = {
  ...portada,
  ...cuenta,
  ...expediente,
  ...acerca,
  ...personal,
  ...mailWords.es,
}
export const dictionaries: Record<Language, Dictionary> = { en, es }
