import { useState } from 'preact/hooks'
import { answered, api, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant, type TenantPage } from '../../shell/tenant'
import { Button } from '../../ui/button'
import type { Choice } from '../../ui/combobox'
import { Dialog } from '../../ui/dialog'
import { TextField } from '../../ui/field'
import { Notice, ProblemNotice } from '../../ui/notice'
import { announce } from '../../ui/toast'
import { PersonBox } from './person-box'
import { nameOf } from './person-name'

export type Equipment = Item<'listEquipment'>

interface Entered {
  readonly assetTag: string
  readonly model: string
  readonly serial: string
  readonly since: string
  readonly person: Choice | undefined
}

const enteredOf = (item: Equipment | undefined): Entered => ({
  assetTag: item?.assetTag ?? '',
  model: item?.model ?? '',
  serial: item?.serial ?? '',
  since: item?.since ?? '',
  person: item && { id: item.assignee.id, name: nameOf(item.assignee) },
})

interface ItemGiven {
  readonly item: Equipment | undefined
  readonly onClose: () => void
  readonly onChange: () => void
}

/** Adds an item, or changes one. `item` undefined: a new one; an asset tag that somebody has already is asked about. */
export function ItemDialog(given: ItemGiven) {
  const { item, onClose } = given
  const [entered, setEntered] = useState(() => enteredOf(item))
  const [isAsked, setAsked] = useState(false)
  const { save, held, forget } = useSave(given, entered)
  const wrong = wrongIn(entered)
  const refused =
    save.problem?.at('/assignee') === undefined ? undefined : 'Who was deleted gets nothing more. Choose somebody else.'
  function submit(): void {
    setAsked(true)
    if (Object.keys(wrong).length === 0) void save.run()
  }
  return (
    <Dialog
      title={item === undefined ? 'Add item' : `Edit ${item.assetTag}`}
      onClose={onClose}
      actions={
        <>
          <Button kind="primary" busy={save.isRunning} onClick={submit}>
            {held === undefined ? 'Save item' : 'Hand it over'}
          </Button>
          <Button onClick={onClose}>Cancel</Button>
        </>
      }
    >
      <form
        class="form"
        onSubmit={(event) => {
          event.preventDefault()
          submit()
        }}
      >
        <Fields
          entered={entered}
          isNew={item === undefined}
          wrong={{ ...(refused !== undefined && { person: refused }), ...(isAsked && wrong) }}
          onChange={(next) => {
            setEntered(next)
            forget()
          }}
        />
        <button type="submit" hidden />
      </form>
      {held !== undefined && <HandOver held={held} to={entered.person?.name ?? ''} />}
      {refused === undefined && <ProblemNotice problem={save.problem} />}
    </Dialog>
  )
}

/** `held`: whoever has the item already, told before it is taken away. */
function useSave({ item, onClose, onChange }: ItemGiven, entered: Entered) {
  const tenant = useTenant()
  const [held, setHeld] = useState<Equipment>()
  const save = useAction(async () => {
    const taken = item === undefined && held === undefined ? await itemOf(tenant, entered.assetTag.trim()) : undefined
    setHeld(taken)
    if (taken !== undefined) return
    const assetTag = held?.assetTag ?? entered.assetTag.trim() // spelled as it is already
    await store(tenant, { ...entered, assetTag }, item === undefined)
    announce(`${assetTag} saved`)
    onClose()
    onChange()
  })
  return { save, held, forget: () => setHeld(undefined) }
}

function HandOver({ held, to }: { readonly held: Equipment; readonly to: string }) {
  return (
    <Notice kind="warning" title={`${nameOf(held.assignee)} has ${held.assetTag}`}>
      Saving hands it over to {to}, and changes model and serial number where you entered some.
    </Notice>
  )
}

type Wrong = Partial<Record<'assetTag' | 'person', string>>

function wrongIn({ assetTag, person }: Entered): Wrong {
  const tag = assetTag.trim()
  return {
    ...(tag === '' && { assetTag: 'An item needs an asset tag.' }),
    ...(/[/\\]/.test(tag) && { assetTag: 'An asset tag holds no / and no \\.' }),
    ...(person === undefined && { person: 'Choose a person from the list.' }),
  }
}

function Fields(given: {
  readonly entered: Entered
  readonly isNew: boolean
  readonly wrong: Wrong
  readonly onChange: (entered: Entered) => void
}) {
  const { entered, isNew, wrong, onChange } = given
  return (
    <>
      {isNew && (
        <TextField
          label="Asset tag"
          hint="What is written on it, such as PC-1042. Letter case does not count."
          maxLength={64}
          value={entered.assetTag}
          error={wrong.assetTag}
          onInput={(assetTag) => onChange({ ...entered, assetTag })}
        />
      )}
      <PersonBox
        label="Person who has it"
        value={entered.person}
        error={wrong.person}
        // Another person has it from another day on.
        onChange={(person) => onChange({ ...entered, person, since: person === undefined ? '' : entered.since })}
      />
      <TextField label="Model" maxLength={128} value={entered.model} onInput={(model) => onChange({ ...entered, model })} />
      <TextField
        label="Serial number"
        maxLength={128}
        value={entered.serial}
        onInput={(serial) => onChange({ ...entered, serial })}
      />
      <TextField
        label="Since"
        type="date"
        hint="Empty: today for a new person, else as it was."
        value={entered.since}
        onInput={(since) => onChange({ ...entered, since })}
      />
    </>
  )
}

/** Whoever has the item now. */
async function itemOf(tenant: TenantPage, assetTag: string): Promise<Equipment | undefined> {
  const same = (tag: string) => tag.toLowerCase() === assetTag.toLowerCase()
  let after: string | undefined
  do {
    const query = { search: assetTag, limit: 200, ...(after !== undefined && { after }) }
    const params = { path: pathOf(tenant), query }
    const page = await answered(api.GET('/api/manage/tenants/{tenant}/equipment', { params }))
    const found = page.items.find((one) => same(one.assetTag))
    if (found !== undefined) return found
    after = page.next
  } while (after !== undefined)
  return undefined
}

/** Of a new item what is empty is left out: somebody may have it already, with a model. An edited one is sent as it is shown. */
async function store(tenant: TenantPage, entered: Entered, isNew: boolean): Promise<void> {
  const { assetTag, model, serial, since, person } = entered
  const body = {
    assignee: { id: person?.id ?? '' },
    ...((!isNew || model !== '') && { model }),
    ...((!isNew || serial !== '') && { serial }),
    ...(since !== '' && { since }),
  }
  const params = { path: { ...pathOf(tenant), assetTag } }
  await answered(api.PUT('/api/manage/tenants/{tenant}/equipment/{assetTag}', { params, body }))
}
