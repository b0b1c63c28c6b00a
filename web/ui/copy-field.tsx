import { useId, useState } from 'preact/hooks'
import { Button } from './button'
import { copyText } from './copy'

/** A text to take along, such as the Tenant URL: shown whole, selected when one goes there, copied by a button. */
export function CopyField({ label, value, hint }: { readonly label: string; readonly value: string; readonly hint?: string }) {
  const id = useId()
  const [copied, setCopied] = useState(false)
  async function copy(): Promise<void> {
    if (!(await copyText(value, `${label} copied`))) {
      document.getElementById(id)?.focus() // selects it
      return
    }
    setCopied(true)
    setTimeout(() => {
      setCopied(false)
    }, 2000)
  }
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <div class="copy-field">
        <input
          id={id}
          class="input input-code"
          readOnly
          value={value}
          aria-describedby={hint === undefined ? undefined : `${id}-hint`}
          onFocus={(event) => {
            event.currentTarget.select()
          }}
        />
        <Button icon={copied ? 'check' : 'copy'} label={`Copy ${label}`} onClick={() => void copy()}>
          {copied ? 'Copied' : 'Copy'}
        </Button>
      </div>
      {hint !== undefined && (
        <p class="field-hint" id={`${id}-hint`}>
          {hint}
        </p>
      )}
    </div>
  )
}
