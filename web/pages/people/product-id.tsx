import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { TextField } from '../../ui/field'
import { ProblemNotice } from '../../ui/notice'
import { Section } from '../../ui/section'
import { announce } from '../../ui/toast'
import type { Person } from './person'

interface Given {
  readonly person: Pick<Person, 'id' | 'productId'>
  readonly onChange: (person: Person) => void
}

/** The product's own key for the person. An operator may give another one. */
export function ProductId(given: Given) {
  const { isOperatorAdmin } = useTenant()
  const { productId } = given.person
  return (
    <Section title="Product id">
      {isOperatorAdmin ? (
        <Form {...given} />
      ) : productId === undefined ? (
        <p class="muted">The product has not named its own id for this person.</p>
      ) : (
        <p>
          <code>{productId}</code>
        </p>
      )}
    </Section>
  )
}

function Form({ person: { id, productId = '' }, onChange }: Given) {
  const tenant = useTenant()
  const [text, setText] = useState(productId)
  const wanted = text.trim()
  const save = useAction(async () => {
    const params = { path: { ...pathOf(tenant), id } }
    const body = { productId: wanted === '' ? null : wanted }
    const changed = await answered(api.PUT('/api/manage/tenants/{tenant}/people/{id}/product-id', { params, body }))
    announce(wanted === '' ? 'Product id taken off' : 'Product id saved')
    onChange(changed)
  })
  const wrong = save.problem?.at('/productId')
  return (
    <form
      class="stack"
      onSubmit={(event) => {
        event.preventDefault()
        void save.run()
      }}
    >
      <TextField
        label="Id in your product"
        hint="Unique in this tenant; letter case counts. Empty takes it off."
        error={wrong}
        value={text}
        onInput={setText}
      />
      {wrong === undefined && <ProblemNotice problem={save.problem} />}
      <div>
        <Button type="submit" busy={save.isRunning}>
          Save
        </Button>
      </div>
    </form>
  )
}
