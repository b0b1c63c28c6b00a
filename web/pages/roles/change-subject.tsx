import { useState } from 'preact/hooks'
import { Confirm } from '../../ui/dialog'
import type { DraftRule } from './draft'
import { subjectName, type Subject } from './subject'
import { enteredOf, enteredSubject, SubjectFields } from './subject-fields'

const TITLES: Readonly<Record<Subject['kind'], readonly [title: string, confirm: string]>> = {
  group: ['the group of', 'Use this group'],
  appRole: ['the', 'Use this app role'],
  attribute: ['the value of', 'Use this value'],
}

/** Gives the rule another group, app role or value: place, role and id stay. */
export function ChangeSubject(given: {
  readonly rule: DraftRule
  readonly onClose: () => void
  readonly onChange: (subject: Subject) => void
}) {
  const { rule, onClose, onChange } = given
  const [entered, setEntered] = useState(() => enteredOf(rule.subject))
  const [isAsked, setAsked] = useState(false)
  const [title, confirm] = TITLES[rule.subject.kind]
  function take(): void {
    setAsked(true)
    const subject = enteredSubject(entered)
    if (subject !== undefined) onChange(subject)
  }
  return (
    <Confirm
      title={`Change ${title} ${subjectName(rule.subject)}`}
      confirm={confirm}
      kind="primary"
      onConfirm={take}
      onClose={onClose}
    >
      <p>The rule keeps its place and its role. Nothing is stored before you save.</p>
      <SubjectFields entered={entered} onChange={setEntered} isAsked={isAsked} />
    </Confirm>
  )
}
