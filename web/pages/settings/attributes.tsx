import { useState } from 'preact/hooks'
import { answered, api } from '../../api/client'
import { useAnswer, type Loading } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Badge, Card } from '../../ui/layout'
import { Empty, Loaded } from '../../ui/loaded'
import { Table, type Column } from '../../ui/table'
import { AttributeDialog } from './attribute-dialog'
import { isSame, sayType, type Declared, type Attributes } from './attribute-words'
import { RemoveAttribute } from './remove-attribute'

/** Attributes beyond the RFCs: what was declared, and what came without. */
export function AttributesSection() {
  const tenant = useTenant()
  const attributes = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/attributes', { params: { path: pathOf(tenant) } })),
    [tenant.slug],
  )
  return <Loaded of={attributes}>{(saved) => <Lists saved={saved} attributes={attributes} />}</Loaded>
}

type Doing = { readonly what: 'add' | 'edit' | 'remove'; readonly to: Declared | undefined }

function Lists({ saved, attributes }: { readonly saved: Attributes; readonly attributes: Loading<Attributes> }) {
  const { isAdmin } = useTenant()
  const [doing, setDoing] = useState<Doing>()
  const about = { saved, attributes, onClose: () => setDoing(undefined) }
  const add = (
    <Button icon="add" kind="primary" onClick={() => setDoing({ what: 'add', to: undefined })}>
      Declare an attribute
    </Button>
  )
  return (
    <>
      <Card
        title="Declared attributes"
        lead="Typed as you say, and shown in /Schemas, so that a mapping row in Entra ID can name them. At most 100."
        actions={isAdmin && add}
      >
        {saved.declared.length === 0 ? (
          <Empty
            title="No attribute is declared"
            text={`Text that Entra ID sends under an extension URN is stored without it.${isAdmin ? ' Declare an attribute to give it a type or several values.' : ''}`}
          />
        ) : (
          <Table
            caption="Declared attributes"
            rows={saved.declared}
            keyOf={keyOf}
            columns={declaredColumns(isAdmin, (what, to) => setDoing({ what, to }))}
          />
        )}
      </Card>
      <Card title="Learnt attributes" lead="They came from Entra ID without being declared, and are kept as text. At most 50.">
        {saved.learnt.length === 0 ? (
          <p class="muted">None came so far.</p>
        ) : (
          <Table
            caption="Learnt attributes"
            rows={saved.learnt}
            keyOf={keyOf}
            columns={learntColumns(isAdmin, (to) => setDoing({ what: 'add', to }))}
          />
        )}
      </Card>
      {doing?.what === 'remove' && doing.to !== undefined && <RemoveAttribute {...about} attribute={doing.to} />}
      {doing !== undefined && doing.what !== 'remove' && (
        <AttributeDialog {...about} given={doing.to} isNew={doing.what === 'add' && !isLearnt(saved, doing.to)} />
      )}
    </>
  )
}

const keyOf = ({ type, urn, name }: Declared) => `${type} ${urn} ${name}`
const isLearnt = ({ learnt }: Attributes, one: Declared | undefined) =>
  one !== undefined && learnt.some((other) => isSame(one, other))

const nameColumn: Column<Declared> = {
  title: 'Attribute',
  cell: ({ name, urn, description }) => (
    <>
      <strong>{name}</strong>
      <span class="cell-note">{urn}</span>
      {description !== undefined && <span class="cell-note">{description}</span>}
    </>
  ),
}
const typeColumn: Column<Declared> = { title: 'Of', width: '14%', cell: ({ type }) => (type === 'User' ? 'Users' : 'Groups') }

const declaredColumns = (isAdmin: boolean, onDo: (what: 'edit' | 'remove', to: Declared) => void): Column<Declared>[] => [
  nameColumn,
  typeColumn,
  {
    title: 'Type',
    width: '24%',
    cell: (one) => (
      <>
        {sayType(one)}
        {one.subAttributes !== undefined && (
          <span class="cell-note">{one.subAttributes.map((part) => part.name).join(', ')}</span>
        )}{' '}
        {one.sensitive === true && <Badge>Sensitive</Badge>}
      </>
    ),
  },
  {
    title: 'Actions',
    isActions: true,
    cell: (one) =>
      isAdmin && (
        <span class="row">
          <Button size="small" label={`Edit ${one.name}`} onClick={() => onDo('edit', one)}>
            Edit
          </Button>
          <Button size="small" kind="danger" label={`Remove ${one.name}`} onClick={() => onDo('remove', one)}>
            Remove
          </Button>
        </span>
      ),
  },
]

const learntColumns = (isAdmin: boolean, onDeclare: (to: Declared) => void): Column<Declared>[] => [
  nameColumn,
  typeColumn,
  {
    title: 'Actions',
    isActions: true,
    cell: (one) =>
      isAdmin && (
        <Button size="small" label={`Declare ${one.name}`} onClick={() => onDeclare(one)}>
          Declare it
        </Button>
      ),
  },
]
