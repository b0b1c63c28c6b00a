import { CopyField } from '../../ui/copy-field'

const VERIFY = `const { Webhook } = require('standardwebhooks')
const event = new Webhook(secret).verify(body, headers) // throws when it is not from here`

/** A secret that is shown this once, and what a receiver does with it. */
export function SigningSecret({ secret }: { readonly secret: string }) {
  return (
    <>
      <CopyField label="Signing secret" value={secret} hint="Shown this once. Store it where your receiver reads its secrets." />
      <div class="stack">
        <h3>Verify each delivery</h3>
        <p>
          Deliveries are signed as <a href="https://www.standardwebhooks.com">Standard Webhooks</a> say, in the headers{' '}
          <code>webhook-id</code>, <code>webhook-timestamp</code> and <code>webhook-signature</code>. Its libraries verify the
          body as it came, before it is parsed:
        </p>
        <pre>{VERIFY}</pre>
        <p>Answer 2xx within ten seconds. The same webhook-id may come again: apply it once.</p>
      </div>
    </>
  )
}
