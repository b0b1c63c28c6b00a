import { useId, useRef, useState } from 'preact/hooks'
import { Button } from '../../ui/button'

export interface PickedFile {
  readonly name: string
  readonly text: string
}

/** As the service takes them. */
const MAX_BYTES = 2 * 1024 * 1024

/** Picks a CSV file and reads it here, in the page. */
export function FilePicker(given: {
  readonly file: PickedFile | undefined
  readonly onPick: (file: PickedFile | undefined) => void
}) {
  const { file, onPick } = given
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  const [problem, setProblem] = useState<string>()
  async function read(picked: File): Promise<void> {
    setProblem(undefined)
    if (picked.size > MAX_BYTES) setProblem('The file has more than 2 MB. Import it in parts.')
    else onPick({ name: picked.name, text: textOf(await picked.arrayBuffer()) })
  }
  return (
    <div class="field">
      <label for={id}>CSV file</label>
      <div class="row">
        <input
          id={id}
          ref={input}
          type="file"
          class="file"
          accept=".csv,.txt,.tsv,text/csv"
          aria-describedby={problem === undefined ? undefined : `${id}-error`}
          onChange={({ currentTarget: { files } }) => {
            const picked = files?.[0]
            if (picked === undefined) onPick(undefined)
            else void read(picked).catch(() => setProblem('The file cannot be read. Choose it again.'))
          }}
        />
        {file !== undefined && (
          <Button
            size="small"
            label={`Do not use ${file.name}`}
            onClick={() => {
              if (input.current !== null) input.current.value = ''
              onPick(undefined)
            }}
          >
            Remove
          </Button>
        )}
      </div>
      {problem !== undefined && (
        <p class="field-error" id={`${id}-error`} role="alert">
          {problem}
        </p>
      )}
    </div>
  )
}

/** UTF-8, else the code page in which Excel of Western countries writes CSV. */
function textOf(bytes: ArrayBuffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch {
    return new TextDecoder('windows-1252').decode(bytes)
  }
}
