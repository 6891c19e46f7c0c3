/** Result of DBSCAN. */
export interface Clusters {
  /** Cluster label of each point, numbered from 0 in order of discovery; −1 for noise. */
  readonly labels: Int32Array
  readonly count: number
}

/**
 * Clusters points by density (Ester, Kriegel, Sander and Xu, KDD 1996): a point with enough neighbors is a core point;
 * neighboring core points share a cluster, and the other neighbors of a core point (border points) join its cluster.
 *
 * @param neighbors - Neighbors of each point, without the point itself.
 * @param minPoints - Minimum neighborhood size of a core point, the point itself included.
 */
export function dbscan(neighbors: readonly (readonly number[])[], minPoints: number): Clusters {
  const labels = new Int32Array(neighbors.length).fill(-1)
  const isCore = (point: number) => neighbors[point]!.length + 1 >= minPoints
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
