interface Named {
  readonly id: string
  readonly name: string
  readonly userName: string
}

/** A person who was erased has neither name nor userName left. */
export const nameOf = ({ id, name, userName }: Named) => name || userName || `an erased person (${id})`

export function PersonName(person: Named) {
  const { name, userName, id } = person
  if (name === '' && userName === '')
    return (
      <>
        <span class="muted">Erased person</span>
        <span class="cell-note">{id}</span>
      </>
    )
  return (
    <>
      {nameOf(person)}
      {name !== '' && name !== userName && <span class="cell-note">{userName}</span>}
    </>
  )
}
