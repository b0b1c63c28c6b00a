import { useId, useRef } from 'preact/hooks'
import { Button } from '../../ui/button'
import { Icon } from '../../ui/icons'

const TYPES = ['image/png', 'image/jpeg', 'image/webp']
/** What the API takes of a data: URL. */
const MAX_CHARACTERS = 20_000
/** Base64 makes four characters of three bytes; the rest is `data:image/jpeg;base64,`. */
const MAX_BYTES = Math.floor(((MAX_CHARACTERS - 24) * 3) / 4)

/** A file becomes a data: URL, since the console loads images from nowhere else. */
export function LogoField(given: {
  /** A data: URL; empty without one. */
  readonly logo: string
  readonly error: string | undefined
  readonly onChoose: (logo: string) => void
  readonly onRefuse: (why: string) => void
}) {
  const { logo, error, onChoose, onRefuse } = given
  const id = useId()
  const input = useRef<HTMLInputElement>(null)
  async function choose(file: File | undefined): Promise<void> {
    if (file === undefined) return
    const wrong = whyNot(file)
    if (wrong !== undefined) onRefuse(wrong)
    else onChoose(await dataUrlOf(file))
  }
  return (
    <div class="field">
      <label for={id}>Logo</label>
      <input
        ref={input}
        id={id}
        class="input"
        type="file"
        accept={TYPES.join(',')}
        aria-describedby={`${id}-hint`}
        aria-invalid={error !== undefined}
        onChange={(event) => void choose(event.currentTarget.files?.[0])}
      />
      {error !== undefined && (
        <p class="field-error" role="alert">
          <Icon name="alert" size={16} /> {error}
        </p>
      )}
      <p class="field-hint" id={`${id}-hint`}>
        PNG, JPEG or WebP, at most {Math.floor(MAX_BYTES / 1000)} kB. It is shown 28 pixels high.
      </p>
      {logo !== '' && (
        <div>
          <Button
            size="small"
            icon="delete"
            onClick={() => {
              if (input.current !== null) input.current.value = ''
              onChoose('')
            }}
          >
            Remove logo
          </Button>
        </div>
      )}
    </div>
  )
}

function whyNot({ type, size }: File): string | undefined {
  if (!TYPES.includes(type)) return 'This is no PNG, JPEG or WebP image.'
  if (size <= MAX_BYTES) return undefined
  return `This image has ${Math.ceil(size / 1000)} kB. Choose one of at most ${Math.floor(MAX_BYTES / 1000)} kB.`
}

function dataUrlOf(file: File): Promise<string> {
  return new Promise((resolve, reject) => {
    const reader = new FileReader()
    reader.onload = () => {
      resolve(reader.result as string) // readAsDataURL gives text
    }
    reader.onerror = () => {
      reject(reader.error ?? new Error('The file cannot be read.'))
    }
    reader.readAsDataURL(file)
  })
}
