/** Agreement of a clustering with the identities, 0…1: precision falls with wrong merges, recall with splits. */
export interface ClusterAgreement {
  /** Share of same-person pairs among pairs within a group; 1 without such pairs. */
  readonly pairPrecision: number
  /** Share of pairs within a group among same-person pairs; 1 without such pairs. */
  readonly pairRecall: number
  /** B-cubed (Bagga and Baldwin, 1998): mean over faces of the share of its cluster that shows the same person. */
  readonly bCubedPrecision: number
  /** The mean over faces of the share of its person's faces that are in its group. */
  readonly bCubedRecall: number
  /** Number of clusters. */
  readonly groups: number
  /** Number of people. */
  readonly people: number
}

/**
 * Compares a clustering with the identities: by pairs of faces, and by B-cubed (Bagga and Baldwin, 1998).
 *
 * @param groups - Group of each face.
 * @param people - Person of each face.
 * @example
 * ```ts
 * import { clusterAgreement } from 'agnize/evaluation'
 *
 * console.log(clusterAgreement([0, 0, 1], ['Anna', 'Anna', 'Bo']).pairPrecision) // 1
 * ```
 */
export function clusterAgreement(
  groups: readonly (number | string)[],
  people: readonly string[],
): ClusterAgreement {
  const count = <K>(keys: readonly K[]) => {
    const counts = new Map<K, number>()
    for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1)
    return counts
  }
  const pairs = (counts: ReadonlyMap<unknown, number>) =>
    [...counts.values()].reduce((sum, n) => sum + (n * (n - 1)) / 2, 0)
  const both = groups.map((group, i) => JSON.stringify([group, people[i]]))
  const [ofGroup, ofPerson, ofBoth] = [count(groups), count(people), count(both)]
  const right = pairs(ofBoth)
  let [precision, recall] = [0, 0]
  for (const [i, key] of both.entries()) {
    precision += ofBoth.get(key)! / ofGroup.get(groups[i]!)!
    recall += ofBoth.get(key)! / ofPerson.get(people[i]!)!
  }
  const share = (part: number, whole: number) => (whole === 0 ? 1 : part / whole)
  return {
    pairPrecision: share(right, pairs(ofGroup)),
    pairRecall: share(right, pairs(ofPerson)),
    bCubedPrecision: share(precision, groups.length),
    bCubedRecall: share(recall, groups.length),
    groups: ofGroup.size,
    people: ofPerson.size,
  }
}
