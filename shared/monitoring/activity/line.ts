import { bounded, type FieldChange } from './field-changes'
import type { Joined } from './joined-records'
import { subjectType } from './names'
import { describeRecord } from './record-words'
import { sayOneByOne } from './one-by-one'
import type { Kind, Wording } from './wording'

/** One line of the activity that came of the feed. */
export interface Line {
  readonly time: string
  readonly kind: Kind
  readonly text: string
  readonly changes: readonly FieldChange[]
  readonly subject?: { readonly type: 'person' | 'group'; readonly id: string; readonly name?: string | undefined }
  readonly seq: number
  /** The number of the role.changed that is told in the same line. */
  readonly roleSeq?: number
  /** The type of the record, such as user.updated. */
  readonly record: string
}

const MAX_TEXT_LENGTH = 1000

export function toLine({ told, effect, oneByOne }: Joined, wording: Wording): Line {
  const described = describeRecord(told, wording)
  const phrases = [
    ...described.phrases,
    ...(effect === undefined ? [] : describeRecord(effect, wording).phrases),
    ...(oneByOne === undefined ? [] : [sayOneByOne(oneByOne)]),
  ]
  const type = subjectType(told)
  const isErased = told.erased === true || told.type === 'person.erased'
  const name = isErased ? undefined : wording.nameOf(told.id)
  const whom = isErased ? 'An erased person' : (name ?? (type === 'group' ? 'A group that is gone' : 'A person who is gone'))
  return {
    time: told.time,
    kind: described.kind,
    text: bounded(`${type === undefined ? '' : `${whom}: `}${phrases.join('; ')}`, MAX_TEXT_LENGTH),
    changes: described.changes,
    ...(type !== undefined && { subject: { type, id: told.id, ...(name !== undefined && { name }) } }),
    seq: told.seq,
    ...(effect !== undefined && { roleSeq: effect.seq }),
    record: told.type,
  }
}
