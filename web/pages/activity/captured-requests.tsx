import { useState } from 'preact/hooks'
import { answered, api, type Answer, type Item } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Dialog } from '../../ui/dialog'
import { Badge, Facts } from '../../ui/layout'
import { More } from '../../ui/loaded'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'

type Captured = Item<'readCapture'>

/** Those that were kept, newest first; one of them whole in a dialog. */
export function CapturedRequests({ first }: { readonly first: Answer<'readCapture'> }) {
  const tenant = useTenant()
  const [further, setFurther] = useState<{ readonly items: readonly Captured[]; readonly next?: string | undefined }>()
  const [opened, setOpened] = useState<Captured>()
  const next = further === undefined ? first.next : further.next
  const more = useAction(async () => {
    const query = next === undefined ? {} : { after: next }
    const page = await answered(api.GET('/api/manage/tenants/{tenant}/capture', { params: { path: pathOf(tenant), query } }))
    setFurther({ items: [...(further?.items ?? []), ...page.items], next: page.next })
  })
  const rows = unique([...first.items, ...(further?.items ?? [])])
  return (
    <>
      <Table
        caption="Captured requests, newest first"
        rows={rows}
        keyOf={({ id }) => id}
        open={setOpened}
        columns={[
          { title: 'Request', cell: ({ method, path }) => <code>{`${method} ${path}`}</code> },
          {
            title: 'Answer',
            width: '90px',
            cell: ({ status }) => <Badge tone={status < 400 ? 'success' : 'warning'}>{status}</Badge>,
          },
          { title: 'Took', width: '90px', align: 'end', cell: ({ ms }) => `${ms} ms` },
          { title: 'When', width: '150px', cell: ({ time }) => <Time at={time} /> },
        ]}
      />
      <More
        of={{
          more: next === undefined ? undefined : () => void more.run(),
          isLoadingMore: more.isRunning,
          moreProblem: more.problem,
        }}
      />
      {opened !== undefined && <Whole request={opened} onClose={() => setOpened(undefined)} />}
    </>
  )
}

/** The first page is read again while a capture runs, and moves over what was read behind it. */
const unique = (items: readonly Captured[]) => [...new Map(items.map((item) => [item.id, item])).values()]

function Whole({ request, onClose }: { readonly request: Captured; readonly onClose: () => void }) {
  const { method, path, headers, body, bodyNote, status, answer, answerNote, ms, time } = request
  return (
    <Dialog title={`${method} ${path.split('?')[0] ?? path}`} onClose={onClose} wide>
      <Facts
        of={[
          ['When', <Time key="time" at={time} style="short" />],
          ['Answer', String(status)],
          ['Took', `${ms} ms`],
        ]}
      />
      <Part
        title="Request"
        text={`${method} ${path}\n${Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')}`}
      />
      <Part title="Body" text={body} note={bodyNote} />
      <Part title="Answer" text={answer} note={answerNote} />
    </Dialog>
  )
}

function Part({
  title,
  text,
  note,
}: {
  readonly title: string
  readonly text: string | undefined
  readonly note?: string | undefined
}) {
  if (text === undefined && note === undefined) return null
  return (
    <div class="stack">
      <h3>{title}</h3>
      {text !== undefined && <pre tabIndex={0}>{indented(text)}</pre>}
      {note !== undefined && <p class="field-hint">{note}</p>}
    </div>
  )
}

/** JSON in lines; what is none, or was cut, as it is. */
function indented(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2)
  } catch {
    return text
  }
}
