import type { KeptMail } from '../outbox/dev-mailbox.ts'
import { paths } from '../paths.ts'

/** A tool of whoever develops the portal, so its words are English and live here. */
export const MailboxPage = ({ mails, to }: { mails: KeptMail[]; to: string | undefined }) => (
  <section id='mailbox' class='mid flow'>
    <h1>Development mailbox</h1>
    <p>
      Mail the portal would have sent, newest first. Nothing leaves this machine until RESEND_API_KEY is set.
    </p>
    <form method='get' action={paths.devMailbox}>
      <div class='f'>
        <label for='to'>Sent to</label>
        <input id='to' name='to' type='email' value={to} />
      </div>
      <button type='submit' class='btn alt'>
        Show
      </button>
    </form>
    {mails.length === 0 && <p>No mail yet.</p>}
    {mails.map((mail) => (
      <article class='card flow'>
        <h2>{mail.subject}</h2>
        <p class='soft'>
          To {mail.to}, <time datetime={mail.sentAt}>{mail.sentAt.replace('T', ' ').slice(0, 19)} UTC</time>
        </p>
        {mail.text.split(/\n{2,}/).map((paragraph) => (
          <p>
            {paragraph.split('\n').map((line, index) => (
              <>
                {index > 0 && <br />}
                <WithLinks text={line} />
              </>
            ))}
          </p>
        ))}
        <details>
          <summary>HTML</summary>
          <pre>
            <code>{mail.html}</code>
          </pre>
        </details>
      </article>
    ))}
  </section>
)

const WithLinks = ({ text }: { text: string }) => (
  <>
    {text
      .split(/(https?:\/\/[^\s<>"]+[^\s<>".,;:!?)])/)
      .map((part, index) => (index % 2 === 1 ? <a href={part}>{part}</a> : part))}
  </>
)
