import { useState } from 'preact/hooks'
import { Button } from '../../ui/button'
import { Select } from '../../ui/field'
import { announce } from '../../ui/toast'
import { newKey, roleOptions, withRule, type Editing } from './draft'
import type { Subject } from './subject'
import { enteredSubject, nothingEntered, SubjectFields, type Entered } from './subject-fields'

const KINDS: readonly { readonly value: Subject['kind']; readonly text: string }[] = [
  { value: 'group', text: 'Members of a group' },
  { value: 'appRole', text: 'People with an app role' },
  { value: 'attribute', text: 'People with an attribute value' },
]

/** A new rule comes last; it is moved from there. */
export function AddRule({ draft, change, labels }: Editing) {
  const { roles, rules, defaultKey } = draft
  const [entered, setEntered] = useState<Entered>(nothingEntered)
  const [chosen, setChosen] = useState<string>()
  const [isAsked, setAsked] = useState(false)
  const offered = roles.find(({ key }) => key === chosen) ?? roles.find(({ key }) => key !== defaultKey) ?? roles[0]
  function add(): void {
    const subject = enteredSubject(entered)
    setAsked(subject === undefined)
    if (subject === undefined || offered === undefined) return
    change(withRule(draft, { key: newKey(), id: undefined, subject, roleKey: offered.key }))
    announce(`Rule ${rules.length + 1} of ${rules.length + 1} added to the draft`)
    setEntered({ ...nothingEntered, kind: entered.kind, attribute: entered.attribute })
  }
  return (
    <form
      class="add-rule"
      aria-label="Add a rule"
      onSubmit={(event) => {
        event.preventDefault()
        add()
      }}
    >
      <Select
        label="Rule for"
        value={entered.kind}
        options={KINDS}
        onChange={(value) => {
          setAsked(false)
          setEntered({ ...entered, kind: KINDS.find((kind) => kind.value === value)?.value ?? 'group' })
        }}
      />
      <SubjectFields entered={entered} onChange={setEntered} isAsked={isAsked} />
      <Select label="Role" value={offered?.key ?? ''} options={roleOptions(roles, labels)} onChange={setChosen} />
      <Button type="submit" icon="add">
        Add rule
      </Button>
    </form>
  )
}
