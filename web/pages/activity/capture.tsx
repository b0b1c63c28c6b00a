import { useEffect, useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction, useAnswer } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { Button } from '../../ui/button'
import { Confirm } from '../../ui/dialog'
import { Select, TextField } from '../../ui/field'
import { Badge, Card } from '../../ui/layout'
import { Loaded } from '../../ui/loaded'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'
import { announce } from '../../ui/toast'
import { CapturedRequests } from './captured-requests'

type State = Answer<'readCapture'>
const LOOK_EVERY_MS = 5000
const MINUTES = ['10', '30', '60'].map((value) => ({ value, text: `${value} minutes` }))

/** Keeps requests as Entra ID sends them, for a while: for trying mappings and provision on demand. */
export function Capture() {
  const tenant = useTenant()
  const params = { path: pathOf(tenant) }
  const [isOn, setOn] = useState(false)
  const [erasures, setErasures] = useState(0)
  // One request alone: it says whether there are newer ones, and bodies are large.
  const query = { limit: 1 }
  const capture = useAnswer(
    () => answered(api.GET('/api/manage/tenants/{tenant}/capture', { params: { ...params, query } })),
    [tenant.slug],
    isOn ? LOOK_EVERY_MS : undefined,
  )
  useEffect(() => setOn(capture.data?.state === 'on'), [capture.data])
  return (
    <Card
      title="Capture requests"
      lead="See what Entra ID really sends, while you try a mapping or provision on demand. Tokens and passwords are never kept. It turns itself off, and what was kept is erased after a day."
    >
      <Loaded of={capture}>
        {(state) => (
          <>
            {state.state === 'on' ? (
              <Running state={state} onChange={() => void capture.reload()} />
            ) : (
              <Start onChange={() => void capture.reload()} />
            )}
            {state.ended === 'full' && (
              <Notice kind="warning">
                The last capture ended early: it held as much as one may. Capture one person alone to see more of it.
              </Notice>
            )}
            {state.items.length > 0 && <CapturedRequests key={erasures} newest={state.items[0]?.id} />}
            {state.items.length > 0 && (
              <Erase
                onChange={() => {
                  setErasures(erasures + 1) // nothing that was read before is shown any more
                  void capture.reload()
                }}
              />
            )}
          </>
        )}
      </Loaded>
    </Card>
  )
}

function Start({ onChange }: { readonly onChange: () => void }) {
  const tenant = useTenant()
  const [minutes, setMinutes] = useState('30')
  const [person, setPerson] = useState('')
  const start = useAction(async () => {
    const body = { minutes: Number(minutes), ...(person.trim() !== '' && { person: person.trim() }) }
    await answered(api.PUT('/api/manage/tenants/{tenant}/capture', { params: { path: pathOf(tenant) }, body }))
    announce('Capture is on')
    onChange()
  })
  return (
    <form
      class="filters"
      onSubmit={(event) => {
        event.preventDefault()
        void start.run()
      }}
    >
      <Select label="For" value={minutes} options={MINUTES} onChange={setMinutes} />
      <TextField
        label="Only of one person"
        value={person}
        onInput={setPerson}
        placeholder="userName, or empty for all"
        error={start.problem?.at('/person')}
      />
      <Button type="submit" kind="primary" busy={start.isRunning}>
        Start capture
      </Button>
      {start.problem?.at('/person') === undefined && <ProblemNotice problem={start.problem} />}
    </form>
  )
}

function Running({ state: { until, by, person }, onChange }: { readonly state: State; readonly onChange: () => void }) {
  const tenant = useTenant()
  const stop = useAction(async () => {
    await answered(api.DELETE('/api/manage/tenants/{tenant}/capture', { params: { path: pathOf(tenant) } }))
    announce('Capture is off')
    onChange()
  })
  return (
    <div class="row">
      <Badge tone="danger">Capturing</Badge>
      <span>
        {person === undefined ? 'All requests' : `Requests about ${person.userName ?? person.id ?? 'one person'}`}
        {until !== undefined && (
          <>
            , ends <Time at={until} />
          </>
        )}
        {by !== undefined && <>, started by {by}</>}.
      </span>
      <Button size="small" busy={stop.isRunning} onClick={() => void stop.run()}>
        Stop now
      </Button>
      <ProblemNotice problem={stop.problem} />
    </div>
  )
}

function Erase({ onChange }: { readonly onChange: () => void }) {
  const tenant = useTenant()
  const [isAsking, setAsking] = useState(false)
  const erase = useAction(async () => {
    await answered(api.DELETE('/api/manage/tenants/{tenant}/capture/requests', { params: { path: pathOf(tenant) } }))
    announce('Captured requests erased')
    setAsking(false)
    onChange()
  })
  return (
    <div>
      <Button kind="danger" icon="delete" onClick={() => setAsking(true)}>
        Erase captured requests
      </Button>
      {isAsking && (
        <Confirm
          title="Erase captured requests?"
          confirm="Erase"
          action={erase}
          onConfirm={() => void erase.run()}
          onClose={() => setAsking(false)}
        >
          <p>All captured requests of this tenant are erased now, not only those shown. A capture that is on goes on.</p>
        </Confirm>
      )}
    </div>
  )
}
