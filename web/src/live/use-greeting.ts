import { useQuery } from '@tanstack/react-query'
import { useCallback, useEffect, useRef, useState } from 'react'
import { Greeter, type GreeterMemory, weightOf } from '../../../src/greeting/greeter.js'
import { type Greeted, greetingFor } from '../../../src/greeting/phrase.js'
import { api, unwrap } from '../api.js'
import { usePreference } from '../preferences.js'
import type { LiveResult } from '../recognize/protocol.js'
import { useTexts } from '../texts/index.js'
import { speak, stopSpeaking } from './speech.js'

/** Display time of a greeting in milliseconds, unless another replaces it. Judgment. */
const displayMs = 6000

/** The greeting on screen. */
export interface ShownGreeting {
  readonly text: string
  /** BCP 47 tag. */
  readonly language: string
  readonly at: number
}

/** Greets recognized people: shows the greeting, and speaks it if sound is on. */
export function useGreeting(gallery: string) {
  const { tag } = useTexts()
  const [sound] = usePreference('sound')
  const [voice] = usePreference('voice')
  const [greeting, setGreeting] = useState<ShownGreeting | null>(null)
  const { data: settings } = useQuery({
    queryKey: ['greeting', gallery],
    queryFn: () =>
      unwrap(api.GET('/v1/galleries/{gallery}/greeting', { params: { path: { gallery } } })),
    refetchInterval: ({ state }) => (state.status === 'error' ? 3000 : 60_000),
  })
  const current = useRef({ settings, sound, voice, tag })
  current.current = { settings, sound, voice, tag }
  const greeter = useRef<Greeter>(null)

  const again = settings?.again_after_seconds
  useEffect(() => {
    if (again === undefined) return
    const memory = greeter.current?.memory ?? loadMemory(gallery)
    const made = new Greeter({ againAfter: 1000 * again }, memory)
    greeter.current = made
    return () => saveMemory(gallery, made.memory)
  }, [again, gallery])
  useEffect(() => {
    const leave = () => greeter.current && saveMemory(gallery, greeter.current.memory)
    addEventListener('pagehide', leave)
    return () => {
      removeEventListener('pagehide', leave)
      leave()
      greeter.current = null
      stopSpeaking()
    }
  }, [gallery])
  useEffect(() => {
    if (!sound) stopSpeaking()
  }, [sound])
  useEffect(() => {
    if (!greeting) return
    const timer = setTimeout(() => setGreeting(null), displayMs)
    return () => clearTimeout(timer)
  }, [greeting])

  const greet = useCallback(async ({ faces, height }: LiveResult) => {
    const { settings, sound, voice, tag } = current.current
    const people = greeter.current?.update(
      faces.map(({ box, quality, track }) => ({
        subject: track.subject,
        weight: weightOf(quality.score, box.height / height),
        age: track.age,
        phrase: track.greeting,
      })),
      // The system clock, since the memory must stay valid after a reload, which resets the page's clock.
      Date.now(),
    )
    if (!people) return
    const mine = greeter.current
    const language = languageOf(settings?.phrase, tag)
    const text = greetingFor(people, settings?.phrase, language)
    setGreeting({ text, language, at: Date.now() })
    if (sound) await speak(text, voice, language)
    mine?.spoken()
  }, [])
  const take = useCallback((result: LiveResult) => void greet(result).catch(reportError), [greet])

  /** Greets somebody who is known already, however short ago the last greeting was. */
  const greetOnce = useCallback(async (person: Greeted) => {
    const { settings, sound, voice, tag } = current.current
    const language = languageOf(settings?.phrase, tag)
    const text = greetingFor([person], settings?.phrase, language)
    setGreeting({ text, language, at: Date.now() })
    if (sound) await speak(text, voice, language)
  }, [])

  return { greeting, take, greetOnce }
}

/** The default phrase is English whatever the console's language; any other is assumed to be in the console's language. */
function languageOf(phrase: string | undefined, tag: string): string {
  return phrase === undefined || phrase.startsWith('Welcome ') ? 'en' : tag
}

const keyOf = (gallery: string) => `agnize.greeted.${gallery}`

/** The people greeted in this tab before it was reloaded. */
function loadMemory(gallery: string): GreeterMemory {
  try {
    return JSON.parse(sessionStorage.getItem(keyOf(gallery)) ?? '[]') as GreeterMemory
  } catch {
    return []
  }
}

function saveMemory(gallery: string, memory: GreeterMemory): void {
  try {
    sessionStorage.setItem(keyOf(gallery), JSON.stringify(memory))
  } catch {
    // The browser does not allow storage: the memory is lost on reload.
  }
}
