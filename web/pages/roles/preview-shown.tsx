import type { Answer } from '../../api/client'
import { Table } from '../../ui/table'
import { countPeople } from '../../ui/count'
import { Notice } from '../../ui/notice'

type Preview = Answer<'previewRoles'>

/** How many go from which role to which, and the first of them with reasons. */
export function PreviewShown({ preview }: { readonly preview: Preview }) {
  const { people, changed, gain, lose, moves, first } = preview
  if (changed === 0)
    return <Notice kind="success">Nobody’s role changes. {people.toLocaleString()} people were looked at.</Notice>
  return (
    <>
      <Access gain={gain} lose={lose} />
      <p>
        <strong>
          {changed.toLocaleString()} of {people.toLocaleString()} people
        </strong>{' '}
        {moves.length === 0 ? 'keep their role, which says something else of access.' : 'get another role.'} The product learns of
        it within seconds.
      </p>
      {moves.length > 0 && (
        <Table
          caption="How many change from which role to which"
          rows={moves}
          keyOf={({ from, to }) => JSON.stringify([from, to])}
          columns={[
            { title: 'Role now', cell: ({ from, fromLabel }) => fromLabel ?? from },
            { title: 'Role after saving', cell: ({ to, toLabel }) => <strong>{toLabel ?? to}</strong> },
            { title: 'People', align: 'end', cell: ({ count }) => count.toLocaleString() },
          ]}
        />
      )}
      <div class="stack">
        <h3>{changed > first.length ? `The first ${first.length} of them` : 'Who they are'}</h3>
        <Table
          caption="People whose role changes"
          rows={first}
          keyOf={({ id }) => id}
          columns={[
            { title: 'Person', width: '34%', cell: ({ userName }) => userName },
            { title: 'Now', cell: ({ from }) => <RoleAndReason {...from} /> },
            { title: 'After', cell: ({ to }) => <RoleAndReason {...to} /> },
          ]}
        />
      </div>
    </>
  )
}

function Access({ gain, lose }: { readonly gain: number; readonly lose: number }) {
  if (gain + lose === 0) return null
  return (
    <Notice kind={lose > 0 ? 'warning' : 'info'}>
      {gain > 0 && `${countPeople(gain)} ${gain === 1 ? 'gets' : 'get'} into the product. `}
      {lose > 0 && `${countPeople(lose)} ${lose === 1 ? 'gets' : 'get'} into it no more.`}
    </Notice>
  )
}

function RoleAndReason({ role, label = role, reason }: Preview['first'][number]['from']) {
  return (
    <>
      {label}
      <span class="cell-note">{reason}</span>
    </>
  )
}
