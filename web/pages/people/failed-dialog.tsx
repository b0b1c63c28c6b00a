import { Button } from '../../ui/button'
import { Dialog } from '../../ui/dialog'
import { Table } from '../../ui/table'
import type { Answer } from '../../api/client'
import { nameOf, type Person } from './person'

export type Failed = Answer<'lockPeople'>['results'][number]

export interface Failure {
  readonly title: string
  readonly failed: readonly Failed[]
  /** People whose names can be told. */
  readonly known: readonly Person[]
}

/** Who was left as they were, and why. */
export function FailedDialog({ of: { title, failed, known }, onClose }: { readonly of: Failure; readonly onClose: () => void }) {
  const names = new Map(known.map((person) => [person.id, nameOf(person)]))
  return (
    <Dialog
      title={title}
      onClose={onClose}
      actions={
        <Button kind="primary" onClick={onClose}>
          Close
        </Button>
      }
    >
      <Table
        caption="People who were not changed"
        rows={failed}
        keyOf={({ id }) => id}
        columns={[
          { title: 'Person', width: '40%', cell: ({ id }) => names.get(id) ?? <code>{id}</code> },
          { title: 'Reason', cell: ({ detail }) => detail },
        ]}
      />
    </Dialog>
  )
}
