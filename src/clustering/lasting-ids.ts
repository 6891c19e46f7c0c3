/**
 * Gives groups the ids that their members had before, so that ids survive another grouping: each id goes to the group that has
 * most of its members, and a group takes the one that most of its members had; those that were met first win a tie.
 *
 * @param groups - Of each member, the group it is in now.
 * @param ids - Of each member, the id that it had.
 * @param newId - Makes one for a group that is new.
 * @returns Of each member, the id that it has now.
 */
export function lastingIds(
  groups: readonly number[],
  ids: readonly string[],
  newId: () => string,
): string[] {
  const shares = new Map<string, { group: number; id: string; members: number }>()
  for (const [i, group] of groups.entries()) {
    const key = `${group} ${ids[i]}`
    const share = shares.get(key) ?? { group, id: ids[i]!, members: 0 }
    share.members++
    shares.set(key, share)
  }
  const given = new Map<number, string>()
  const taken = new Set<string>()
  // The sort is stable: what was met first stays first.
  for (const { group, id } of [...shares.values()].sort((a, b) => b.members - a.members)) {
    if (given.has(group) || taken.has(id)) continue
    given.set(group, id)
    taken.add(id)
  }
  return groups.map((group) => {
    const id = given.get(group) ?? newId()
    given.set(group, id)
    return id
  })
}
