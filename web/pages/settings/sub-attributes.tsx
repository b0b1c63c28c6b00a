import { Button, IconButton } from '../../ui/button'
import { Select, TextField } from '../../ui/field'
import { Choices } from '../../ui/form'
import { VALUE_TYPES, type Declared } from './attribute-words'

type Part = NonNullable<Declared['subAttributes']>[number]
const SIMPLE_TYPES = VALUE_TYPES.filter(({ value }) => value !== 'complex')
const MAX = 20

/** The parts of a complex attribute. */
export function SubAttributes(given: {
  readonly parts: readonly Part[]
  readonly error: string | undefined
  readonly onChange: (parts: Part[]) => void
}) {
  const { parts, error, onChange } = given
  const put = (index: number, part: Part) => onChange(parts.map((one, at) => (at === index ? part : one)))
  return (
    <Choices legend="Parts" error={error}>
      {parts.map((part, index) => (
        <div key={index} class="part-row">
          <TextField
            label={`Name of part ${index + 1}`}
            value={part.name}
            maxLength={64}
            onInput={(name) => put(index, { ...part, name })}
          />
          <Select
            label={`Type of part ${index + 1}`}
            value={part.valueType}
            options={SIMPLE_TYPES}
            onChange={(valueType) => put(index, { name: part.name, valueType: valueType as Part['valueType'] })}
          />
          <IconButton
            icon="delete"
            label={`Remove part ${index + 1}`}
            onClick={() => onChange(parts.filter((_, at) => at !== index))}
          />
        </div>
      ))}
      {parts.length < MAX && (
        <div>
          <Button size="small" icon="add" onClick={() => onChange([...parts, { name: '', valueType: 'string' }])}>
            Add part
          </Button>
        </div>
      )}
    </Choices>
  )
}
