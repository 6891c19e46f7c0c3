/**
 * Whose each photo of a folder is, by the rule of `agnize enroll FOLDER`: a photo directly in the folder is of the person of
 * its file name, photos in a sub-folder are of the person of the sub-folder's name. Where every photo lies in one folder, that
 * is the folder; folders that were dropped side by side are people.
 *
 * @param paths - With `/` between their parts.
 * @returns A name for each path; null for one that lies too deep.
 */
export function namesIn(paths: readonly string[]): (string | null)[] {
  const parts = paths.map((path) => path.split('/').filter((part) => part !== ''))
  const top = parts[0]?.[0]
  const isOneFolder = parts.every((each) => each.length > 1 && each[0] === top)
  return parts.map((each) => {
    const [first, second, ...deeper] = isOneFolder ? each.slice(1) : each
    if (first === undefined || deeper.length > 0) return null
    return second === undefined ? first.replace(/\.[^.]+$/, '') : first
  })
}
