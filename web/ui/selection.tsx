/** Which rows of a table are chosen, by their keys. */
export interface Selection<T> {
  readonly keys: ReadonlySet<string>
  readonly change: (keys: ReadonlySet<string>) => void
  /** What the box of a row is called. */
  readonly nameOf: (row: T) => string
}

/** Chooses all rows that are shown, or none. */
export function SelectAll(given: { readonly all: readonly string[]; readonly selection: Selection<never> }) {
  const { all, selection } = given
  const chosen = all.filter((key) => selection.keys.has(key)).length
  return (
    <label class="select-all">
      <input
        type="checkbox"
        checked={chosen > 0 && chosen === all.length}
        indeterminate={chosen > 0 && chosen < all.length}
        onChange={(event) => selection.change(new Set(event.currentTarget.checked ? all : []))}
      />
      <span>Select all shown</span>
    </label>
  )
}

export function SelectOne<T>(given: { readonly row: T; readonly rowKey: string; readonly selection: Selection<T> }) {
  const { row, rowKey, selection } = given
  return (
    <input
      type="checkbox"
      aria-label={`Select ${selection.nameOf(row)}`}
      checked={selection.keys.has(rowKey)}
      onChange={(event) => {
        const keys = new Set(selection.keys)
        if (event.currentTarget.checked) keys.add(rowKey)
        else keys.delete(rowKey)
        selection.change(keys)
      }}
    />
  )
}
