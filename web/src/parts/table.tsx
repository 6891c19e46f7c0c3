import type { ReactNode } from 'react'
import { Scroll } from './scroll.js'

/** The role of an element of a table. Browsers take it away from rows that a narrow screen shows as blocks. */
const as = (role: 'table' | 'rowgroup' | 'row' | 'columnheader' | 'rowheader' | 'cell') => ({
  role,
})

/** A table of things: a row each, which a narrow screen shows as a block with the columns' titles before its cells. */
export function Table<Item>({
  label,
  columns,
  items,
  keyOf,
  heading = 0,
  cells,
  buttons,
}: {
  readonly label: string
  readonly columns: readonly string[]
  readonly items: readonly Item[]
  readonly keyOf: (item: Item) => string | number
  /** The column that names the thing. */
  readonly heading?: number
  /** What the columns say of it. */
  readonly cells: (item: Item) => readonly ReactNode[]
  /** What can be done with it. */
  readonly buttons?: (item: Item) => ReactNode
}) {
  return (
    <Scroll label={label}>
      <table className="stacking" {...as('table')}>
        <thead {...as('rowgroup')}>
          <tr {...as('row')}>
            {columns.map((column) => (
              <th key={column} scope="col" {...as('columnheader')}>
                {column}
              </th>
            ))}
            {buttons && <td {...as('cell')} />}
          </tr>
        </thead>
        <tbody {...as('rowgroup')}>
          {items.map((item) => (
            <tr key={keyOf(item)} {...as('row')}>
              {cells(item).map((cell, i) =>
                i === heading ? (
                  <th key={columns[i]} scope="row" {...as('rowheader')}>
                    {cell}
                  </th>
                ) : (
                  <td key={columns[i]} data-column={columns[i]} {...as('cell')}>
                    <span>{cell}</span>
                  </td>
                ),
              )}
              {buttons && (
                <td className="buttons" {...as('cell')}>
                  {buttons(item)}
                </td>
              )}
            </tr>
          ))}
        </tbody>
      </table>
    </Scroll>
  )
}
