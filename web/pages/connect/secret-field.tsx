import type { ComponentChildren } from 'preact'
import type { Action } from '../../api/use-answer'
import { Button } from '../../ui/button'
import { CopyField } from '../../ui/copy-field'
import { Notice, ProblemNotice } from '../../ui/notice'
import { Time } from '../../ui/time'

/** A secret that Entra ID signs in with: shown while the page is open in which it was made, and never again. */
export function SecretField(given: {
  /** Entra's word for it. */
  readonly label: string
  /** Ours, in a sentence: "client secret". */
  readonly word: string
  /** Said while there is none. */
  readonly none: string
  /** Which one is there already; undefined: none. */
  readonly present: ComponentChildren | undefined
  readonly made: { readonly value: string; readonly expires?: string } | undefined
  readonly isAdmin: boolean
  readonly make: Action<[]>
}) {
  const { label, word, none, present, made, isAdmin, make } = given
  return (
    <>
      {made === undefined ? (
        <div class="field">
          <span class="field-name">{label}</span>
          {present === undefined ? (
            <Notice>{none}</Notice>
          ) : (
            <p>
              {present} A {word} is shown only when it is made.
            </p>
          )}
          {isAdmin && (
            <div>
              <Button
                kind={present === undefined ? 'primary' : 'secondary'}
                icon="add"
                busy={make.isRunning}
                onClick={() => void make.run()}
              >
                Generate {present === undefined ? '' : 'another '}
                {word}
              </Button>
            </div>
          )}
        </div>
      ) : (
        <>
          <CopyField
            label={label}
            value={made.value}
            hint="Shown this once. Paste it into Entra ID now; if it gets lost, generate another one."
          />
          {made.expires !== undefined && (
            <p class="field-hint">
              It ends on <Time at={made.expires} style="day" />. Rollcall warns from 30 days before.
            </p>
          )}
        </>
      )}
      <ProblemNotice problem={make.problem} />
    </>
  )
}
