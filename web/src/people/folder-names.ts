/**
 * The person of each photo in a folder, by the rule of `agnize enroll FOLDER`: a photo directly in the folder belongs to the
 * person of its file name, a photo in a subfolder to the person of the subfolder's name. If all photos share one top-level
 * folder, that is the folder; several folders dropped together are one person each.
 *
 * @param paths - Paths with `/` as separator.
 * @returns A name for each path; null for a path that is nested too deep.
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
