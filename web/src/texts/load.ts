import { preference } from '../preferences.js'
import type { Texts } from './en/index.js'

const loaders = Object.fromEntries(
  Object.entries(import.meta.glob<Texts>('./??/index.ts', { import: 'texts' })).map(
    ([path, load]) => [path.split('/')[1]!, load],
  ),
)

/** The console's languages, each in its own words, by language tag: the folders of this folder. */
export const languages: Readonly<Record<string, string>> = Object.fromEntries(
  Object.keys(loaders).map((tag) => [
    tag,
    new Intl.DisplayNames(tag, { type: 'language' }).of(tag) ?? tag,
  ]),
)

/** The tag of the chosen language; by default that of the first of the browser's languages that the console has. */
export function languageFor(chosen: string): string {
  const wanted = chosen === 'auto' ? navigator.languages : [chosen]
  return wanted.map((each) => each.split('-')[0]!).find((tag) => tag in loaders) ?? 'en'
}

const loads = new Map<string, Promise<Texts>>()

/** The texts of a language, which are loaded once. */
export function loadTexts(tag: string): Promise<Texts> {
  let loading = loads.get(tag)
  if (!loading) {
    loading = loaders[tag]!()
    loads.set(tag, loading)
    loading.catch(() => loads.delete(tag))
  }
  return loading
}

// The first paint waits for them: they are asked for before the rest of the console runs.
void loadTexts(languageFor(preference('language')))
