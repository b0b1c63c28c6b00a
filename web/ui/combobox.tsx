import { useId, useLayoutEffect, useRef, useState } from 'preact/hooks'
import { useAnswer } from '../api/use-answer'
import { Field, type FieldGiven } from './field'
import { Icon } from './icons'
import { useDebounced } from './use-debounced'

export interface Choice {
  readonly id: string
  readonly name: string
  /** Tells apart what has the same name. */
  readonly note?: string | undefined
}

interface ComboboxGiven extends FieldGiven {
  readonly placeholder?: string
  readonly value: Choice | undefined
  /** Undefined: something else was typed, so nothing is chosen any more. */
  readonly onChange: (choice: Choice | undefined) => void
  /** The first choices for what was typed. @throws Problem */
  readonly search: (text: string) => Promise<readonly Choice[]>
  /** Said where nothing is found. */
  readonly none: (text: string) => string
}

/**
 * A search box with a list of what is found (ARIA 1.2 combobox): for choosing one of thousands, by keyboard too. Arrows move in
 * the list while the focus stays in the box; Enter chooses, Escape closes the list alone.
 */
export function Combobox(given: ComboboxGiven) {
  const { label, hideLabel = false, hint, error, placeholder, none } = given
  const id = useId()
  const box = useRef<HTMLDivElement>(null)
  const { text, at, isOpen, found, open, close, choose, type, onKeyDown } = useCombobox(given)
  useClosing(box, isOpen, close)
  return (
    <Field label={label} hideLabel={hideLabel} hint={hint} error={error}>
      {(wiring) => (
        <div class="combobox" ref={box}>
          <Icon name="search" />
          <input
            {...wiring}
            class="input"
            role="combobox"
            aria-expanded={isOpen}
            aria-controls={`${id}-list`}
            aria-autocomplete="list"
            aria-activedescendant={isOpen && found.choices?.[at] !== undefined ? `${id}-${at}` : undefined}
            autocomplete="off"
            spellcheck={false}
            value={text}
            placeholder={placeholder}
            onClick={open}
            onInput={(event) => type(event.currentTarget.value)}
            onKeyDown={onKeyDown}
          />
          <Found id={id} label={label} isOpen={isOpen} at={at} found={found} onChoose={choose} none={none(text)} />
        </div>
      )}
    </Field>
  )
}

/** `at` is the place of the choice that Enter would take; -1: none. */
function useCombobox({ value, onChange, search }: ComboboxGiven) {
  const [text, setText] = useState(value?.name ?? '')
  const [isOpen, setOpen] = useState(false)
  const [at, setAt] = useState(-1)
  const isTyped = useRef(false)
  useLayoutEffect(() => {
    if (!isTyped.current) setText(value?.name ?? '')
    isTyped.current = false
  }, [value?.id])
  const found = useFound(search, value === undefined ? text : '', isOpen)
  const { choices = [] } = found

  function choose(choice: Choice): void {
    setText(choice.name)
    setOpen(false)
    onChange(choice)
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = STEPS.get(event.key)
    const choice = isOpen ? choices[at] : undefined
    if (step !== undefined) {
      setOpen(true)
      setAt(isOpen ? stepped(at, step, choices.length) : -1)
    } else if (event.key === 'Enter' && choice !== undefined) choose(choice)
    else if (event.key === 'Escape' && isOpen) setOpen(false)
    else return
    event.preventDefault() // Escape: the dialog around it stays open
  }
  function type(typed: string): void {
    setText(typed)
    setOpen(true)
    setAt(-1)
    if (value === undefined) return
    isTyped.current = true // what is typed stays, although nothing is chosen any more
    onChange(undefined)
  }
  return { text, at, isOpen, found, choose, type, onKeyDown, open: () => setOpen(true), close: () => setOpen(false) }
}

const STEPS: ReadonlyMap<string, number> = new Map([
  ['ArrowDown', 1],
  ['ArrowUp', -1],
])

/** From before the first to behind the last, and round again. */
const stepped = (at: number, step: number, count: number) =>
  count === 0 ? -1 : at < 0 && step < 0 ? count - 1 : (at + step + count) % count

interface SearchState {
  readonly choices: readonly Choice[] | undefined
  readonly problem: string | undefined
}

/** Asks when the person pauses, and not before the list is opened. */
function useFound(search: (text: string) => Promise<readonly Choice[]>, text: string, isOpen: boolean): SearchState {
  const settled = useDebounced(text.trim())
  const answer = useAnswer(
    async () => (isOpen ? { text: settled, choices: await search(settled) } : undefined),
    [settled, isOpen],
  )
  const choices = answer.data?.text === text.trim() ? answer.data.choices : undefined
  return { choices, problem: answer.problem?.message }
}

/**
 * Closes the list when somebody goes elsewhere. Whoever points at a button has pressed it by then: a list that makes room as it
 * closes would move it away from under the pointer.
 */
function useClosing(box: { readonly current: HTMLElement | null }, isOpen: boolean, close: () => void): void {
  useLayoutEffect(() => {
    if (!isOpen) return undefined
    const end = new AbortController()
    let isPressed = false
    const look = ({ target }: Event) => {
      if (!isPressed && target instanceof Node && box.current?.contains(target) !== true) close()
    }
    const press = ({ type }: Event) => {
      isPressed = type === 'pointerdown'
    }
    const { signal } = end
    for (const name of ['pointerdown', 'pointerup', 'pointercancel']) document.addEventListener(name, press, { signal })
    for (const name of ['click', 'focusin']) document.addEventListener(name, look, { signal })
    return () => end.abort()
  }, [isOpen])
}

function Found(given: {
  readonly id: string
  readonly label: string
  readonly isOpen: boolean
  readonly at: number
  readonly found: SearchState
  readonly onChoose: (choice: Choice) => void
  readonly none: string
}) {
  const { id, label, isOpen, at, found, onChoose, none } = given
  const { choices, problem } = found
  const list = useRef<HTMLUListElement>(null)
  useLayoutEffect(() => list.current?.querySelector('[aria-selected=true]')?.scrollIntoView({ block: 'nearest' }), [at])
  const said = problem ?? (choices === undefined ? 'Searching…' : choices.length === 0 ? none : undefined)
  return (
    <div class="combobox-found" hidden={!isOpen}>
      <ul id={`${id}-list`} ref={list} role="listbox" aria-label={label}>
        {choices?.map((choice, index) => (
          <li
            key={choice.id}
            id={`${id}-${index}`}
            role="option"
            aria-selected={index === at}
            onPointerDown={(event) => event.preventDefault()} // the box keeps the focus
            onClick={() => onChoose(choice)}
          >
            {choice.name}
            {choice.note !== undefined && <span class="cell-note">{choice.note}</span>}
          </li>
        ))}
      </ul>
      <div class="combobox-said" role="status">
        {isOpen && said}
        {isOpen && said === undefined && <span class="visually-hidden">{`${choices?.length ?? 0} found`}</span>}
      </div>
    </div>
  )
}
