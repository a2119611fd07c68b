import type { Child } from 'hono/jsx'
import { useFormat, useText } from '../../i18n/text.ts'
import { href, paths } from '../../paths.ts'
import type { AttachedFile } from './store.ts'

/** How a file's address is made: the patient's side and staff reach the same file by different doors. */
export type FileLinks = { file: (id: string) => string; preview: (id: string) => string }

export const patientFileLinks = (patientId: string): FileLinks => ({
  file: (fileId) => href(paths.messageFile, { patientId, fileId }),
  preview: (fileId) => href(paths.messageFilePreview, { patientId, fileId }),
})

export const staffFileLinks = (patientId: string): FileLinks => ({
  file: (fileId) => href(paths.adminMessageFile, { patientId, fileId }),
  preview: (fileId) => href(paths.adminMessageFilePreview, { patientId, fileId }),
})

/** The files of a message or of a form, each with its name, kind and size; `act` adds what can be done about one. */
export const FileList = ({
  files,
  links,
  act,
}: {
  files: AttachedFile[]
  links: FileLinks
  act?: (file: AttachedFile) => Child
}) => {
  const t = useText().messages.files
  const { fileSize } = useFormat()
  if (files.length === 0) return null
  return (
    <ul class='files' aria-label={t.list}>
      {files.map((file) => (
        <li>
          <a href={links.file(file.id)} type={file.type}>
            {file.hasPreview && (
              <img src={links.preview(file.id)} alt='' width='80' height='60' loading='lazy' />
            )}
            <span>
              {file.name}{' '}
              <small>
                ({t.kinds[file.type]}, {fileSize(file.size)})
              </small>
            </span>
          </a>
          {act?.(file)}
        </li>
      ))}
    </ul>
  )
}
