import { useEffect } from 'react'
import { useSearchParams } from 'wouter'

/** A value in the query of the address, so that links and reloads keep it; empty where the address has none. */
export function useAddressText(name: string) {
  const [params, setParams] = useSearchParams()
  const set = (value: string) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        if (value === '') after.delete(name)
        else after.set(name, value)
        return after
      },
      { replace: true },
    )
  return [params.get(name) ?? '', set] as const
}

/** A list of values in the query of the address. */
export function useAddressList(name: string) {
  const [params, setParams] = useSearchParams()
  const set = (values: readonly string[]) =>
    setParams(
      (before) => {
        const after = new URLSearchParams(before)
        after.delete(name)
        for (const value of values) after.append(name, value)
        return after
      },
      { replace: true },
    )
  return [params.getAll(name), set] as const
}

interface Pages {
  readonly data: { readonly pages: readonly unknown[] } | undefined
  readonly hasNextPage: boolean
  readonly isFetching: boolean
  readonly isError: boolean
  readonly fetchNextPage: () => Promise<unknown>
}

/** Keeps in the address how many pages of a list are shown. @returns A function that shows one more. */
export function useShownPages({ data, hasNextPage, isFetching, isError, fetchNextPage }: Pages) {
  const [text, setText] = useAddressText('pages')
  const wanted = Number(text) || 1
  const shown = data?.pages.length ?? 0
  useEffect(() => {
    if (shown > 0 && shown < wanted && hasNextPage && !isFetching && !isError) void fetchNextPage()
  }, [shown, wanted, hasNextPage, isFetching, isError, fetchNextPage])
  return () => setText(String(Math.max(shown, wanted) + 1))
}
