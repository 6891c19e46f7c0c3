/** What DBSCAN makes of points. */
export interface Clusters {
  /** Of each point, counted from 0 in the order in which clusters are met; −1 for noise. */
  readonly labels: Int32Array
  readonly count: number
}

/**
 * Groups points by density (Ester, Kriegel, Sander and Xu, KDD 1996): a point with enough neighbours is a core; cores that are
 * neighbours are one cluster, and points that are a core's neighbours belong to it.
 *
 * @param neighbours - Of each point: those near enough, without itself.
 * @param leastPoints - Neighbours that make a core, the point itself counted.
 */
export function dbscan(neighbours: readonly (readonly number[])[], leastPoints: number): Clusters {
  const labels = new Int32Array(neighbours.length).fill(-1)
  const isCore = (point: number) => neighbours[point]!.length + 1 >= leastPoints
  let count = 0
  for (let first = 0; first < neighbours.length; first++) {
    if (labels[first]! >= 0 || !isCore(first)) continue
    const label = count++
    labels[first] = label
    const reached = [first]
    for (let point = reached.pop(); point !== undefined; point = reached.pop()) {
      for (const neighbour of neighbours[point]!) {
        // A border point stays with the cluster that reached it first.
        if (labels[neighbour]! >= 0) continue
        labels[neighbour] = label
        if (isCore(neighbour)) reached.push(neighbour)
      }
    }
  }
  return { labels, count }
}
