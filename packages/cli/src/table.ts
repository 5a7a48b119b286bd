/** Rows as lines, every column as wide as its widest cell. What a cell is coloured with is given for each column, after its width is known. */
export function table(
  rows: readonly (readonly string[])[],
  colour: (cell: string, row: number, column: number) => string = (cell) => cell,
): string {
  const widths = (rows[0] ?? []).map((_cell, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0)))
  return rows
    .map((row, at) =>
      row
        .map((cell, column) => {
          // The last column has nothing to its right to keep away from.
          const space = column === row.length - 1 ? '' : ' '.repeat((widths[column] ?? 0) - cell.length)
          return colour(cell, at, column) + space
        })
        .join('  ')
        .trimEnd(),
    )
    .join('\n')
}
