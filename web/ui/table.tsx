import type { ComponentChildren } from 'preact'
import { SelectAll, SelectOne, type Selection } from './selection'

export interface Column<T> {
  readonly title: string
  readonly cell: (row: T) => ComponentChildren
  /** Buttons of a row, whose column needs no visible title. */
  readonly isActions?: boolean
  readonly align?: 'end'
  readonly width?: string
}

interface TableGiven<T> {
  /** What the rows are, for whoever cannot see it. */
  readonly caption: string
  readonly columns: readonly Column<T>[]
  readonly rows: readonly T[]
  readonly keyOf: (row: T) => string
  readonly open?: ((row: T) => void) | undefined
  /** Puts a box in front of each row. */
  readonly selection?: Selection<T> | undefined
}

/**
 * A table; on a narrow screen each row becomes a card with the columns' titles. A row opens by the button that `open` makes of its
 * first cell, so that a keyboard can do so too.
 */
export function Table<T>({ caption, columns, rows, keyOf, open, selection }: TableGiven<T>) {
  return (
    <table class="table">
      <caption class="visually-hidden">{caption}</caption>
      <thead>
        <tr>
          {selection !== undefined && (
            <th scope="col" class="cell-select">
              <SelectAll all={rows.map(keyOf)} selection={selection} />
            </th>
          )}
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
            {selection !== undefined && (
              <td class="cell-select">
                <SelectOne row={row} rowKey={keyOf(row)} selection={selection} />
              </td>
            )}
            <Cells row={row} columns={columns} open={open} />
          </tr>
        ))}
      </tbody>
    </table>
  )
}

function Cells<T>({ row, columns, open }: { readonly row: T } & Pick<TableGiven<T>, 'columns' | 'open'>) {
  return columns.map(({ title, cell, isActions, align }, index) => (
    <td
      key={title}
      data-title={isActions === true ? '' : title}
      class={[align === 'end' ? 'align-end' : '', isActions === true ? 'cell-actions' : ''].join(' ').trim() || undefined}
    >
      <div>
        {index === 0 && open !== undefined ? (
          <button type="button" class="cell-open" onClick={() => open(row)}>
            {cell(row)}
          </button>
        ) : (
          cell(row)
        )}
      </div>
    </td>
  ))
}
