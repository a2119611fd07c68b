import type { Communication, CommunicationPayload, FhirResource } from 'fhir/r4'
import { href, paths } from '../../paths.ts'
import type { WholeThread } from '../store.ts'
import { authorInWords, categoryInWords, type Words } from '../tables/tables.ts'
import { attachmentOf, documentResource, given, listOf, subjectOf } from './given.ts'

/** A conversation as what was said one after the other. A message that was taken back has no words to take along. */
export function threadResources(
  { thread, messages }: WholeThread,
  origin: string,
  words: Words
): FhirResource[] {
  const [first] = messages
  const { patientId } = thread
  const urlOf = (fileId: string) => origin + href(paths.messageFile, { patientId, fileId })
  return messages
    .filter(({ message }) => !message.withdrawnAt)
    .flatMap(({ message, files }): FhirResource[] => {
      const isReply = first && first.message.id !== message.id && !first.message.withdrawnAt
      const said: Communication = {
        resourceType: 'Communication',
        id: message.id,
        language: message.language,
        status: 'completed',
        category: [{ text: categoryInWords(thread.category, words) }],
        topic: thread.subject ? { text: thread.subject } : undefined,
        subject: subjectOf(thread),
        inResponseTo: isReply ? [{ reference: `Communication/${first.message.id}` }] : undefined,
        sent: message.sentAt.toISOString(),
        sender: {
          ...(message.authorRole === 'patient' ? subjectOf(thread) : {}),
          display: authorInWords(message, words),
        },
        payload: listOf<CommunicationPayload>(
          given(message.body) && { contentString: message.body },
          ...files.map((file) => ({ contentAttachment: attachmentOf(file, urlOf(file.id)) }))
        ),
      }
      const documents = files.map((file) =>
        documentResource({ ...file, patientId }, urlOf(file.id), `Communication/${message.id}`)
      )
      return [said, ...documents]
    })
}
