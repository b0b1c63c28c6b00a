import { useState } from 'preact/hooks'
import { answered, api, type Answer } from '../../api/client'
import { useAction } from '../../api/use-answer'
import { pathOf, useTenant } from '../../shell/tenant'
import { TextArea } from '../../ui/field'
import { FormDialog } from '../../ui/form'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Claims } from './claims'

/** Says of a pasted assertion, claim by claim, whether it would be accepted. It is not kept. */
export function CheckAssertionDialog({ onClose }: { readonly onClose: () => void }) {
  const tenant = useTenant()
  const [assertion, setAssertion] = useState('')
  const [said, setSaid] = useState<Answer<'explainAssertion'>>()
  const check = useAction(async () => {
    setSaid(undefined)
    const params = { path: pathOf(tenant) }
    setSaid(await answered(api.POST('/api/manage/tenants/{tenant}/sign-in/assertions', { params, body: { assertion } })))
  })
  return (
    <FormDialog
      title="Check an assertion"
      submit="Check"
      isRunning={check.isRunning}
      onSubmit={() => void check.run()}
      onClose={onClose}
      wide
    >
      <TextArea
        label="Assertion"
        hint="The whole text of client_assertion. It is looked at once and not kept."
        value={assertion}
        onInput={setAssertion}
      />
      {said !== undefined && (
        <Notice
          kind={said.accepted ? 'success' : 'warning'}
          title={said.accepted ? 'It would be accepted' : 'It would be refused'}
        >
          {said.reason}
        </Notice>
      )}
      {said !== undefined && <Claims claims={said.claims} />}
      <ProblemNotice problem={check.problem} />
    </FormDialog>
  )
}
