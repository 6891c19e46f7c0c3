/**
 * Processes several items concurrently and yields the results in the items' order. It takes new items only as fast as
 * results are consumed, so memory is bounded however many items there are.
 *
 * @param width - Maximum number of items in progress.
 */
export async function* mapConcurrently<Item, Result>(
  items: Iterable<Item> | AsyncIterable<Item>,
  width: number,
  work: (item: Item) => Promise<Result>,
): AsyncGenerator<Result, void, undefined> {
  const pending: Promise<Result>[] = []
  try {
    for await (const item of items) {
      const result = work(item)
      // A rejection that arrives while an earlier result is awaited must not count as unhandled.
      result.catch(() => {})
      pending.push(result)
      if (pending.length >= width) yield await pending.shift()!
    }
    while (pending.length > 0) yield await pending.shift()!
  } finally {
    await Promise.allSettled(pending)
  }
}
