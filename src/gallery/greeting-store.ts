/** How the people of a gallery are greeted. */
export interface GreetingSettings {
  /** With `{names}` where the names go; null for the default. */
  readonly phrase: string | null
  /** Who was away for so many seconds is greeted again; null for the default. */
  readonly againAfter: number | null
}

/** How people are greeted. */
export interface GreetingStore {
  get(): Promise<GreetingSettings>
  set(settings: GreetingSettings): Promise<void>
}
