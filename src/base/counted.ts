/**
 * A count with its noun: `1 photo`, `1,200 photos`.
 *
 * @param many - The plural; default the singular with an s.
 */
export function counted(count: number, one: string, many = `${one}s`): string {
  return `${count.toLocaleString('en')} ${count === 1 ? one : many}`
}
