import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Form } from '../../ui/form'
import { Card } from '../../ui/layout'
import { SaveProblem } from '../../ui/save'
import { announce } from '../../ui/toast'
import type { Webhook } from './webhook-words'

/** Sends again what the feed keeps, from a number on. */
export function Replay({ webhook: { id, seq } }: { readonly webhook: Webhook }) {
  const tenant = useTenant()
  const [after, setAfter] = useState('')
  const [isAsking, setAsking] = useState(false)
  const [isChecked, setChecked] = useState(false)
  const isNumber = /^\d{1,12}$/.test(after.trim())
  const replay = useAction(async () => {
    const call = api.POST('/api/manage/tenants/{tenant}/webhooks/{webhook}/replay', {
      params: { path: { ...pathOf(tenant), webhook: id } },
      body: { after: Number(after) },
    })
    await answered(call)
    announce('The replay begins within seconds')
  })
  const confirmed = async () => {
    await replay.run()
    setAsking(false) // what went wrong is shown at the field
  }
  const missing = isChecked && !isNumber ? 'Enter a whole number; 0 sends all that is kept.' : undefined
  return (
    <Card
      title="Replay"
      lead="Sends records again under the same webhook-id, so that a receiver that keeps ids applies each once."
    >
      <Form
        onSubmit={() => {
          setChecked(true)
          if (isNumber) setAsking(true)
        }}
      >
        <TextField
          label="Behind record number"
          type="number"
          min={0}
          value={after}
          hint={`0 sends all that is kept. The last record it was sent has the number ${seq}.`}
          error={missing ?? replay.problem?.at('/after')}
          onInput={setAfter}
        />
        <SaveProblem problem={replay.problem} onLoad={() => undefined} />
        <div>
          <Button type="submit">Replay</Button>
        </div>
      </Form>
      {isAsking && (
        <Confirm
          title="Send these records again?"
          confirm="Send again"
          kind="primary"
          action={replay}
          onConfirm={() => void confirmed()}
          onClose={() => setAsking(false)}
        >
          <Extent after={Number(after)} seq={seq} />
        </Confirm>
      )}
    </Card>
  )
}

const Extent = ({ after, seq }: { readonly after: number; readonly seq: number }) => (
  <p>
    Every record behind number {after} that the webhook wants and that is still kept goes out again: at most{' '}
    {Math.max(0, seq - after)} up to number {seq}, and any later ones.
  </p>
)
