import type { ComponentChildren } from 'preact'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => ComponentChildren
  /** Buttons of a row, whose column needs no visible title. */
  readonly isActions?: boolean
  readonly align?: 'end'
  readonly width?: string
}

/**
 * A table; on a narrow screen each row becomes a card with the columns' titles. A row opens by the button that `open` makes of its
 * first cell, so that a keyboard can do so too.
 */
export function Table<T>({
  caption,
  columns,
  rows,
  keyOf,
  open,
}: {
  /** What the rows are, for whoever cannot see it. */
  readonly caption: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly open?: ((row: T) => void) | undefined
}) {
  return (
    <table class="table">
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {columns.map(({ title, isActions, align, width }) => (
            <th key={title} scope="col" class={align === 'end' ? 'align-end' : undefined} style={width && { width }}>
              {isActions === true ? <span class="visually-hidden">{title}</span> : title}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.map((row) => (
          <tr key={keyOf(row)}>
            {columns.map(({ title, cell, isActions, align }, index) => (
              <td
                key={title}
                data-title={isActions === true ? '' : title}
                class={
                  [align === 'end' ? 'align-end' : '', isActions === true ? 'cell-actions' : ''].join(' ').trim() || undefined
                }
              >
                <div>
                  {index === 0 && open !== undefined ? (
                    <button
                      type="button"
                      class="cell-open"
                      onClick={() => {
                        open(row)
                      }}
                    >
                      {cell(row)}
                    </button>
                  ) : (
                    cell(row)
                  )}
                </div>
              </td>
            ))}
          </tr>
        ))}
      </tbody>
    </table>
  )
}
