/** What DBSCAN makes of points. */
export interface Clusters {
  /** Of each point, counted from 0 in the order in which clusters are met; −1 for noise. */
  readonly labels: Int32Array
  readonly count: number
}

/**
 * Groups points by density (Ester, Kriegel, Sander and Xu, KDD 1996): a point with enough neighbors is a core; cores that are
 * neighbors are one cluster, and points that are a core's neighbors belong to it.
 *
 * @param neighbors - Of each point: those near enough, without itself.
 * @param leastPoints - Neighbors that make a core, the point itself counted.
 */
export function dbscan(neighbors: readonly (readonly number[])[], leastPoints: number): Clusters {
  const labels = new Int32Array(neighbors.length).fill(-1)
  const isCore = (point: number) => neighbors[point]!.length + 1 >= leastPoints
  let count = 0
  for (let first = 0; first < neighbors.length; first++) {
    if (labels[first]! >= 0 || !isCore(first)) continue
    const label = count++
    labels[first] = label
    const reached = [first]
    for (let point = reached.pop(); point !== undefined; point = reached.pop()) {
      for (const neighbor of neighbors[point]!) {
        // A border point stays with the cluster that reached it first.
        if (labels[neighbor]! >= 0) continue
        labels[neighbor] = label
        if (isCore(neighbor)) reached.push(neighbor)
      }
    }
  }
  return { labels, count }
}
