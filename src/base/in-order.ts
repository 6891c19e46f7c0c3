/**
 * Works on several items at a time and gives the results in the items' order; takes items only as fast as results
 * are consumed, so that memory is bounded however many there are.
 *
 * @param width - How many items are under way at most.
 */
export async function* inOrder<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const underWay: Promise<Result>[] = []
  try {
    for await (const item of items) {
      const result = work(item)
      // A later failure must not be unhandled while an earlier result is awaited.
      result.catch(() => {})
      underWay.push(result)
      if (underWay.length >= width) yield await underWay.shift()!
    }
    while (underWay.length > 0) yield await underWay.shift()!
  } finally {
    await Promise.allSettled(underWay)
  }
}
