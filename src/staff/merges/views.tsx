import { BackLink, Button, Notice } from '../../design/parts.tsx'
import { useFormat, useText } from '../../i18n/text.ts'
import type { Patient } from '../../identity/visit.ts'
import type { listMerges } from '../../integrations/merging/store.ts'
import { href, paths } from '../../paths.ts'
import { fullName } from '../../patients/name.ts'

import type { Likely } from './store.ts'

type Merge = Awaited<ReturnType<typeof listMerges>>[number]

/** At the top of a record that became one with another: which, since when, and the way back. */
export const RecordMerges = ({ merges, patientId }: { merges: Merge[]; patientId: string }) => {
  const t = useText().merges
  const { moment } = useFormat()
  return merges.map(({ id, mergedAt, sender, survivorId, patientId: otherId, ...other }) => {
    const isSurvivor = survivorId === patientId
    return (
      <Notice kind='warn' title={t.title}>
        <p>{isSurvivor ? t.moved(t.who(fullName(other), other.mrn)) : t.into}</p>
        <p class='soft'>{t.on(sender, moment(mergedAt))}</p>
        <p>
          {isSurvivor ? (
            <a href={href(paths.adminMergeSeparation, { patientId, mergeId: id })}>{t.separate}</a>
          ) : (
            <a href={href(paths.adminPatient, { patientId: otherId })}>{t.open}</a>
          )}
        </p>
      </Notice>
    )
  })
}

/** Nothing where no other record looks like this one. */
export const LikelyTheSame = ({ likely }: { likely: Likely[] }) => {
  const t = useText().merges
  if (likely.length === 0) return null
  return (
    <Notice kind='warn' title={t.likelyTitle}>
      <ul class='rule'>
        {likely.map(({ id, mrn, ...other }) => (
          <li>
            <a href={href(paths.adminPatient, { patientId: id })}>{t.who(fullName(other), mrn)}</a>
          </li>
        ))}
      </ul>
      <p>{t.likely}</p>
    </Notice>
  )
}

export const SeparationPage = ({ merge, patient }: { merge: Merge; patient: Patient }) => {
  const t = useText().merges
  const to = { patientId: patient.id }
  return (
    <section id='separation' class='flow'>
      <BackLink to={href(paths.adminPatient, to)}>{fullName(patient)}</BackLink>
      <h1>{t.separateTitle}</h1>
      <ul>
        <li>{t.who(fullName(patient), patient.mrn)}</li>
        <li>{t.who(fullName(merge), merge.mrn)}</li>
      </ul>
      <p>{t.goesBack}</p>
      <p>{t.stays}</p>
      <form
        method='post'
        action={href(paths.adminMergeSeparation, { ...to, mergeId: merge.id })}
        class='acts'
      >
        <Button>{t.confirm}</Button>
        <a class='btn alt' href={href(paths.adminPatient, to)}>
          {t.keep}
        </a>
      </form>
    </section>
  )
}
