/** A page without what differs from one request to the next: nonces, submission ids, challenges and reference codes. */
export const bare = (html: string) =>
  html
    .replaceAll(/nonce="[^"]*"/g, '')
    .replaceAll(/(name="submissionId" value=)"[a-z0-9]{21}"/g, '$1')
    .replaceAll(/&quot;challenge&quot;:&quot;[\w.-]+&quot;/g, '')
