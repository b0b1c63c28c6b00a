import { answered, api } from '../../api/client'
import { useAction, useAnswer, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Confirm } from '../../ui/dialog'
import { Loaded } from '../../ui/loaded'
import { Notice } from '../../ui/notice'
import { SaveProblem } from '../../ui/save'
import { announce } from '../../ui/toast'
import { fullName, isSame, type Declared, type Attributes } from './attribute-words'

/** Takes an attribute out of the declared ones; says for how many people that hides a value. */
export function RemoveAttribute(given: {
  readonly saved: Attributes
  readonly attributes: Loading<Attributes>
  readonly attribute: Declared
  readonly onClose: () => void
}) {
  const { saved, attributes, attribute, onClose } = given
  const tenant = useTenant()
  const remove = useAction(async () => {
    const declared = saved.declared.filter((one) => !isSame(one, attribute))
    const call = api.PUT('/api/manage/tenants/{tenant}/attributes', {
      params: { path: pathOf(tenant) },
      body: { version: saved.version, declared },
    })
    attributes.put(await answered(call))
    announce('Attribute removed')
    onClose()
  })
  const isStale = remove.problem?.kind === 'stale'
  return (
    <Confirm
      title={`Remove ${attribute.name}?`}
      confirm="Remove attribute"
      action={isStale ? { ...remove, problem: undefined } : remove}
      onConfirm={() => void remove.run()}
      onClose={onClose}
    >
      <p>
        Values stay stored and are not shown until it is declared again. Mapping rows that send it are better removed in Entra ID
        as well.
      </p>
      {attribute.type === 'User' && <Holders of={attribute} />}
      {isStale && <SaveProblem problem={remove.problem} keeps onLoad={() => void attributes.reload().then(remove.clear)} />}
    </Confirm>
  )
}

function Holders({ of: attribute }: { readonly of: Declared }) {
  const tenant = useTenant()
  const coverage = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/coverage', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  const name = fullName(attribute).toLowerCase()
  return (
    <Loaded of={coverage} rows={1}>
      {({ attributes, active, complete }) => {
        const people = attributes
          .filter((one) => one.attribute.toLowerCase() === name || one.attribute.toLowerCase().startsWith(`${name}.`))
          .reduce((most, one) => Math.max(most, one.people), 0)
        return (
          <Notice kind={people > 0 ? 'warning' : 'info'}>
            {people} of {active} active people{complete ? '' : ' in a sample'} {people === 1 ? 'has' : 'have'} a value.
          </Notice>
        )
      }}
    </Loaded>
  )
}
