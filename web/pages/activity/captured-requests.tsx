import { useState } from 'preact/hooks'
import { answered, api, type Answer, type Item } from '../../api/client'
import { useAction, useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Dialog } from '../../ui/dialog'
import { Badge, Facts } from '../../ui/layout'
import { Loaded, More } from '../../ui/loaded'
import { ProblemNotice } from '../../ui/notice'
import { Table } from '../../ui/table'
import { Time } from '../../ui/time'

type Captured = Item<'readCapture'>
type Page = Pick<Answer<'readCapture'>, 'items' | 'next'>

/** Those that were kept, newest first; one of them whole in a dialog. Read again when `newest` is another one. */
export function CapturedRequests({ newest }: { readonly newest: string | undefined }) {
  const tenant = useTenant()
  const [seen, setSeen] = useState<readonly Captured[]>([])
  const [opened, setOpened] = useState<Captured>()
  const [next, setNext] = useState<string>()
  async function read(after?: string): Promise<Page> {
    const query = after === undefined ? {} : { after }
    const page = await answered(api.GET('/api/manage/tenants/{tenant}/capture', { params: { path: pathOf(tenant), query } }))
    setSeen((held) => newestFirst([...held, ...page.items]))
    return page
  }
  /** As many pages as lead to what was seen before; of the first reading one. */
  async function readNewest(): Promise<boolean> {
    const known = new Set(seen.map(({ id }) => id))
    let page = await read()
    if (known.size === 0) setNext(page.next)
    while (known.size > 0 && page.next !== undefined && !page.items.some(({ id }) => known.has(id))) page = await read(page.next)
    return true
  }
  const first = useAnswer(readNewest, [tenant.slug, newest])
  const more = useAction(async () => setNext((await read(next)).next))
  if (seen.length === 0) return <Loaded of={first}>{() => null}</Loaded>
  return (
    <>
      <ProblemNotice problem={first.problem} />
      <Table
        caption="Captured requests, newest first"
        rows={seen}
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

const newestFirst = (items: readonly Captured[]) =>
  [...new Map(items.map((item) => [item.id, item])).values()].sort((a, b) => (a.time < b.time ? 1 : -1))

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
