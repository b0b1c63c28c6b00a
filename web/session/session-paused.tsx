import { useLayoutEffect, useState } from 'preact/hooks'
import { answered, api } from '../api/client'
import { useAction } from '../api/use-answer'
import { leaving } from '../shell/router'
import { Button } from '../ui/button'
import { Dialog } from '../ui/dialog'
import { Notice, ProblemNotice } from '../ui/notice'
import { announce } from '../ui/toast'
import { keepSession, onOtherSession } from '../api/session-token'
import type { SessionFacts } from './session'

const isSamePerson = (one: SessionFacts, other: SessionFacts) =>
  one.kind === other.kind && one.name === other.name && one.role === other.role && one.tenant?.slug === other.tenant?.slug

/**
 * In front of a page whose session ended before its changes were saved: it goes on with the session that the same person begins in
 * another tab.
 */
export function SessionPaused({ of, onResume }: { readonly of: SessionFacts; readonly onResume: (facts: SessionFacts) => void }) {
  const [stranger, setStranger] = useState<string>()
  const look = useAction(async (token: string) => {
    const headers = { Authorization: `Bearer ${token}` }
    const facts = await answered(api.GET('/api/manage/session', { headers }))
    if (!isSamePerson(facts, of)) {
      setStranger(facts.name)
      return
    }
    keepSession(token)
    onResume(facts)
    announce('You are signed in again')
  })
  useLayoutEffect(() => onOtherSession((token) => void look.run(token)), [])
  return (
    <Dialog
      title="Your session has ended"
      actions={
        <>
          {of.kind === 'operator' && (
            <Button kind="primary" onClick={() => window.open('/console', '_blank', 'noopener')}>
              Open a tab to sign in
            </Button>
          )}
          <Button kind="danger" onClick={() => leaving(() => location.reload())}>
            Leave this page
          </Button>
        </>
      }
    >
      <p>
        What you changed on this page is still here and not saved.{' '}
        {of.kind === 'link' ? 'Open your setup link once more, in another tab.' : 'Open another tab and sign in there.'} As soon
        as you are in, you can go on here.
      </p>
      <ProblemNotice problem={look.problem} />
      {stranger !== undefined && (
        <Notice kind="warning">
          {stranger} has signed in. This page waits for {of.name}.
        </Notice>
      )}
    </Dialog>
  )
}
