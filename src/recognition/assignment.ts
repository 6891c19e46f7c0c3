/**
 * Assigns rows to columns, each to one at most, so that the total gain of the chosen pairs is maximal; it makes as many
 * pairs as the shorter side has.
 *
 * Shortest augmenting paths with dual variables (Jonker & Volgenant 1987), in the form for rectangular matrices of
 * Crouse, "On implementing 2D rectangular assignment algorithms", IEEE Transactions on Aerospace and Electronic Systems
 * 52 (2016), https://doi.org/10.1109/TAES.2016.140952. Takes O(n²m) steps for n rows and m columns where n ≤ m.
 *
 * @param gains - A row each with as many columns; −Infinity forbids a pair.
 * @returns For each row its column, −1 where there are fewer columns than rows.
 * @throws RangeError when the matrix is ragged or holds NaN or Infinity, or when forbidden pairs leave no assignment.
 */
export function assignment(gains: readonly (readonly number[])[]): number[] {
  const rows = gains.length
  const columns = gains[0]?.length ?? 0
  for (const row of gains) {
    if (row.length !== columns) throw new RangeError('The rows are not equally long.')
    if (row.some((gain) => !(gain < Number.POSITIVE_INFINITY))) {
      throw new RangeError('A gain is a number or −Infinity.')
    }
  }
  if (rows <= columns) return columnOfEachRow(rows, columns, (row, column) => -gains[row]![column]!)
  const rowOfEachColumn = columnOfEachRow(columns, rows, (column, row) => -gains[row]![column]!)
  const found = new Array<number>(rows).fill(-1)
  for (const [column, row] of rowOfEachColumn.entries()) found[row] = column
  return found
}

/** The cheapest assignment of rows, for a matrix with no more rows than columns. */
function columnOfEachRow(
  rows: number,
  columns: number,
  cost: (row: number, column: number) => number,
): number[] {
  // Reduced costs, cost − u − v, are never negative, and zero along assigned pairs.
  const u = new Float64Array(rows)
  const v = new Float64Array(columns)
  const columnOf = new Array<number>(rows).fill(-1)
  const rowOf = new Int32Array(columns).fill(-1)
  const before = new Int32Array(columns)
  const distance = new Float64Array(columns)
  const reached = new Uint8Array(columns)
  for (let start = 0; start < rows; start++) {
    // Dijkstra over the columns, from the unassigned row to the nearest unassigned column.
    distance.fill(Number.POSITIVE_INFINITY)
    reached.fill(0)
    const passed = [start]
    let row = start
    let shortest = 0
    let end = -1
    while (end < 0) {
      let nearest = -1
      for (let column = 0; column < columns; column++) {
        if (reached[column]) continue
        const along = shortest + cost(row, column) - u[row]! - v[column]!
        if (along < distance[column]!) {
          distance[column] = along
          before[column] = row
        }
        // Of columns equally near, one that is free ends the search.
        const nearer = nearest < 0 || distance[column]! < distance[nearest]!
        if (nearer || (distance[column] === distance[nearest] && rowOf[column]! < 0)) {
          nearest = column
        }
      }
      shortest = nearest < 0 ? Number.POSITIVE_INFINITY : distance[nearest]!
      if (shortest === Number.POSITIVE_INFINITY) {
        throw new RangeError('The forbidden pairs leave no assignment.')
      }
      reached[nearest] = 1
      if (rowOf[nearest]! < 0) end = nearest
      else {
        row = rowOf[nearest]!
        passed.push(row)
      }
    }
    u[start]! += shortest
    for (const other of passed.slice(1)) u[other]! += shortest - distance[columnOf[other]!]!
    for (let column = 0; column < columns; column++) {
      if (reached[column]) v[column]! -= shortest - distance[column]!
    }
    // Along the path backwards, every row takes the column it was left by.
    for (let column = end; ; ) {
      const by = before[column]!
      rowOf[column] = by
      const left = columnOf[by]!
      columnOf[by] = column
      if (by === start) break
      column = left
    }
  }
  return columnOf
}
