import { useMemo } from 'react'
import { useTexts } from '../texts/index.js'

/** Date formatters in the console's language. */
export interface Times {
  /** Weekday and time ("Tuesday 14:02") less than a week from now, otherwise date and time. */
  readonly when: (at: string) => string
  readonly day: (at: string) => string
}

const week = 7 * 86_400_000

/** The date formatters for the current language. */
export function useTimes(): Times {
  const { tag } = useTexts()
  return useMemo(() => {
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    const near = new Intl.DateTimeFormat(tag, { weekday: 'long', ...clock })
    const date = { day: 'numeric', month: 'short', year: 'numeric' } as const
    const far = new Intl.DateTimeFormat(tag, { ...date, ...clock })
    const day = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })
    return {
      when: (at) =>
        (Math.abs(Date.now() - Date.parse(at)) < week ? near : far).format(new Date(at)),
      day: (at) => day.format(new Date(at)),
    }
  }, [tag])
}
