import { useEffect, useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import type { Problem } from '../../api/problem'
import { useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button, IconButton } from '../../ui/button'
import { Select, TextField } from '../../ui/field'
import { Badge } from '../../ui/layout'

type Saved = Answer<'readSettings'>['matching'][number]
export type Matching = Pick<Saved, 'type' | 'path'>

const MAX = 10
const LOOK_EVERY_MS = 10_000
const TYPES = [
  { value: 'User', text: 'Users' },
  { value: 'Group', text: 'Groups' },
]

/** The matching attributes; without `onChange` to look at alone. */
export function MatchingList(given: {
  readonly rows: readonly Matching[]
  readonly saved: readonly Saved[]
  readonly problem?: Problem | undefined
  readonly onChange: ((rows: Matching[]) => void) | undefined
}) {
  const { rows, saved, problem, onChange } = given
  const known = useKnown(saved)
  const put = (index: number, row: Matching) => onChange?.(rows.map((one, at) => (at === index ? row : one)))
  return (
    <section class="stack" aria-label="Matching attributes">
      <h3>Matching attributes</h3>
      <p class="field-hint">
        Attributes that Entra ID may match by as fast as by userName, at most {MAX}. userName, externalId and e-mail addresses are
        indexed anyway.
      </p>
      {rows.length === 0 && <p>None.</p>}
      {rows.map((row, index) =>
        onChange === undefined ? (
          <p key={index} class="row">
            <code>{row.path}</code> {row.type === 'User' ? 'of users' : 'of groups'} <Ready of={row} known={known} />
          </p>
        ) : (
          <div key={index} class="matching-row">
            <Select
              label="For"
              value={row.type}
              options={TYPES}
              onChange={(type) => put(index, { ...row, type: type as Matching['type'] })}
            />
            <TextField
              label="Attribute"
              value={row.path}
              placeholder="urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber"
              error={problem?.at(`/matching/${index}/path`)}
              hint={<Ready of={row} known={known} />}
              onInput={(path) => put(index, { ...row, path })}
            />
            <IconButton
              icon="delete"
              label={`Remove ${row.path === '' ? 'attribute' : row.path}`}
              onClick={() => onChange(rows.filter((_, at) => at !== index))}
            />
          </div>
        ),
      )}
      {onChange !== undefined && rows.length < MAX && (
        <div>
          <Button size="small" icon="add" onClick={() => onChange([...rows, { type: 'User', path: '' }])}>
            Add attribute
          </Button>
        </div>
      )}
    </section>
  )
}

/** Whether filters by it are fast yet. */
function Ready({ of: row, known }: { readonly of: Matching; readonly known: readonly Saved[] }) {
  const held = known.find(({ type, path }) => type === row.type && path === row.path)
  if (held === undefined) return <>Indexed once it is saved.</>
  if (held.ready) return <Badge tone="success">Ready</Badge>
  return (
    <>
      <Badge tone="warning">Being indexed</Badge> It begins two minutes after the save. Until then filters by it work, only
      slower.
    </>
  )
}

const areReady = (rows: readonly Saved[]) => rows.every(({ ready }) => ready)

/** What is saved, read again for as long as something of it is not ready. */
function useKnown(saved: readonly Saved[]): readonly Saved[] {
  const tenant = useTenant()
  const [isDone, setDone] = useState(areReady(saved))
  const now = useAnswer(
    async () => {
      if (areReady(saved)) return saved
      return (await answered(api.GET('/api/manage/tenants/{tenant}/settings', { params: { path: pathOf(tenant) } }))).matching
    },
    [tenant.slug, saved],
    isDone ? undefined : LOOK_EVERY_MS,
  )
  const known = now.data ?? saved
  useEffect(() => setDone(areReady(known)), [known])
  return known
}
