import { useMemo } from 'react'
import { useTexts } from '../texts/index.js'

/** How times are said in the language of the one who reads. */
export interface Times {
  /** "Tuesday 14:02" within the last week, else with the date. */
  readonly when: (at: string) => string
  readonly day: (at: string) => string
}

const week = 7 * 86_400_000

/** How times are said. */
export function useTimes(): Times {
  const { tag } = useTexts()
  return useMemo(() => {
    const clock = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    const near = new Intl.DateTimeFormat(tag, { weekday: 'long', ...clock })
    const date = { day: 'numeric', month: 'short', year: 'numeric' } as const
    const far = new Intl.DateTimeFormat(tag, { ...date, ...clock })
    const day = new Intl.DateTimeFormat(tag, { dateStyle: 'medium' })
    return {
      when: (at) => (Date.now() - Date.parse(at) < week ? near : far).format(new Date(at)),
      day: (at) => day.format(new Date(at)),
    }
  }, [tag])
}
