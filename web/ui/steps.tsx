import type { ComponentChildren } from 'preact'
import { Icon } from './icons'

export interface Step {
  readonly title: string
  readonly isDone: boolean
  /** What to do or what is known of it. */
  readonly children?: ComponentChildren
}

/** What is to be done in an order, done steps ticked; the first that is not done is the current one. */
export function Steps({ steps, heading: Heading }: { readonly steps: readonly Step[]; readonly heading: 'h2' | 'h4' }) {
  const next = steps.findIndex(({ isDone }) => !isDone)
  return (
    <div class="steps">
      <ol>
        {steps.map(({ title, isDone, children }, index) => (
          <li key={title} class={isDone ? 'step-done' : undefined} aria-current={index === next ? 'step' : undefined}>
            <span class="step-mark">{isDone ? <Icon name="check" size={16} /> : index + 1}</span>
            <div>
              <Heading>
                {title}
                {isDone && <span class="visually-hidden"> (done)</span>}
              </Heading>
              {children}
            </div>
          </li>
        ))}
      </ol>
    </div>
  )
}
