/**
 * Carries ids over to a new clustering: each id goes to the cluster that has most of its members, and a cluster takes the id that
 * most of its members had; ties go to the first in order of appearance.
 *
 * @param groups - New cluster of each member.
 * @param ids - Previous id of each member.
 * @param newId - Creates an id for a cluster that inherits none.
 * @returns New id of each member.
 */
export function carryOverIds(
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
  // The sort is stable: ties keep their order of appearance.
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
