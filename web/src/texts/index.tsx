import { createContext, type ReactNode, use, useEffect } from 'react'
import { I18nProvider } from 'react-aria-components'
import { usePreference } from '../preferences.js'
import { texts as en, type Texts } from './en/index.js'

const folders = import.meta.glob<Texts>('./??/index.ts', { eager: true, import: 'texts' })

/** The console's languages by language tag: the folders of this folder. */
export const languages: Readonly<Record<string, Texts>> = Object.fromEntries(
  Object.values(folders).map((texts) => [texts.tag, texts]),
)

const TextsContext = createContext<Texts>(en)

/** The texts in the console's current language. */
export const useTexts = (): Texts => use(TextsContext)

/** The chosen language; by default the first of the browser's languages that the console supports. */
export function LanguageProvider({ children }: { readonly children: ReactNode }) {
  const [chosen] = usePreference('language')
  const wanted = chosen === 'auto' ? navigator.languages : [chosen]
  const tag = wanted.map((each) => each.split('-')[0]!).find((each) => each in languages) ?? 'en'
  useEffect(() => {
    document.documentElement.lang = tag
  }, [tag])
  return (
    <I18nProvider locale={tag}>
      <TextsContext value={languages[tag]!}>{children}</TextsContext>
    </I18nProvider>
  )
}
