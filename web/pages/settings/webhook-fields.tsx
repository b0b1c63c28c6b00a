import { EVENTS } from '../../api/events'
import type { Problem } from '../../api/problem'
import { Checkbox, TextField } from '../../ui/field'
import { Choices } from '../../ui/form'
import { ALL, wrongUrl, type Choice } from './webhook-words'

export interface WebhookValue {
  readonly url: string
  readonly label: string
  readonly events: readonly Choice[]
}

export function wrongWith({ url, events }: WebhookValue): { readonly url?: string; readonly events?: string } {
  const address = wrongUrl(url.trim())
  return {
    ...(address !== undefined && { url: address }),
    ...(events.length === 0 && { events: 'Choose at least one type.' }),
  }
}

/** Address, name and types of an endpoint. */
export function WebhookFields(given: {
  readonly value: WebhookValue
  readonly onChange: (value: WebhookValue) => void
  readonly wrong: { readonly url?: string; readonly events?: string }
  readonly problem: Problem | undefined
}) {
  const { value, onChange, wrong, problem } = given
  return (
    <>
      <TextField
        label="URL"
        type="url"
        value={value.url}
        maxLength={2000}
        placeholder="https://product.example/hooks/rollcall"
        hint="Where your product receives. It begins with https:// and leads to a public address."
        error={wrong.url ?? problem?.at('/url')}
        onInput={(url) => onChange({ ...value, url })}
      />
      <TextField
        label="Label"
        value={value.label}
        maxLength={100}
        placeholder="Production"
        hint="Optional. What people call it."
        error={problem?.at('/label')}
        onInput={(label) => onChange({ ...value, label })}
      />
      <Events
        events={value.events}
        error={wrong.events ?? problem?.at('/events')}
        onChange={(events) => onChange({ ...value, events })}
      />
    </>
  )
}

function Events(given: {
  readonly events: readonly Choice[]
  readonly error: string | undefined
  readonly onChange: (events: Choice[]) => void
}) {
  const { events, error, onChange } = given
  const isAll = events.includes(ALL)
  return (
    <Choices legend="Events" error={error}>
      <Checkbox
        label="All types, also those that come to be later"
        checked={isAll}
        onChange={(isOn) => onChange(isOn ? [ALL] : ['role.changed'])}
      />
      {!isAll && (
        <div class="event-types">
          {EVENTS.map(({ type, title }) => (
            <Checkbox
              key={type}
              label={<code>{type}</code>}
              hint={title}
              checked={events.includes(type)}
              onChange={(isOn) => onChange(isOn ? [...events, type] : events.filter((one) => one !== type))}
            />
          ))}
        </div>
      )}
    </Choices>
  )
}
