import { createContext, type ReactNode, use, useEffect, useState } from 'react'
import { I18nProvider } from 'react-aria-components'
import { usePreference } from '../preferences.js'
import type { Texts } from './en/index.js'
import { languageFor, languages, loadTexts } from './load.js'

interface Shown {
  readonly texts: Texts | null
  /** The tag of the chosen language if its texts could not be loaded. */
  readonly failed: string | null
}

const TextsContext = createContext<Texts | null>(null)
const FailedContext = createContext<string | null>(null)

/** The texts in the console's current language. */
export const useTexts = (): Texts => use(TextsContext)!

/** The name of the chosen language if its texts could not be loaded, so that another one is shown. */
export const useFailedLanguage = (): string | null => use(FailedContext)

/**
 * Renders its children once the texts of the chosen language are there. The page keeps its language until those of another one
 * are loaded, and where that fails; without one it is in English.
 */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [chosen] = usePreference('language')
  const wanted = languageFor(chosen)
  const [{ texts, failed }, setShown] = useState<Shown>({ texts: null, failed: null })
  useEffect(() => {
    let isWanted = true
    const show = (next: Shown) => {
      if (!isWanted) return
      setShown((shown) => (next.failed && shown.texts ? { ...shown, failed: next.failed } : next))
    }
    loadTexts(wanted).then(
      (texts) => show({ texts, failed: null }),
      async () => show({ texts: await loadTexts('en').catch(() => null), failed: wanted }),
    )
    return () => {
      isWanted = false
    }
  }, [wanted])
  const tag = texts?.tag ?? 'en'
  useEffect(() => {
    document.documentElement.lang = tag
  }, [tag])
  if (!texts) {
    // Without any texts there is nobody to translate it.
    return failed && <p role="alert">agnize's console could not be loaded. Load the page again.</p>
  }
  return (
    <I18nProvider locale={tag}>
      <FailedContext value={failed && languages[failed]!}>
        <TextsContext value={texts}>{children}</TextsContext>
      </FailedContext>
    </I18nProvider>
  )
}
