/** What Node needs of the Worker to write mails: one bundle, so that both speak of the same database client. */
export { connect } from '../../src/db/client.ts'
export { practice } from '../../src/db/schema.ts'
export { mailWriters } from '../../src/mails.ts'
