import { useMemo } from 'react'
import { useTexts } from '../texts/index.js'

/** Writes a number with as many decimals as asked for, in the console's language. */
export function useDecimal(): (value: number, decimals: number) => string {
  const { tag } = useTexts()
  return useMemo(
    () => (value, decimals) =>
      value.toLocaleString(tag, {
        minimumFractionDigits: decimals,
        maximumFractionDigits: decimals,
      }),
    [tag],
  )
}
