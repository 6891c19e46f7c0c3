/** Greeting settings of a gallery. */
export interface GreetingSettings {
  /** Phrase with the placeholder `{names}`; null for the default. */
  readonly phrase: string | null
  /** Seconds of absence after which a person is greeted again; null for the default. */
  readonly againAfter: number | null
}

/** Storage of the greeting settings. */
export interface GreetingStore {
  get(): Promise<GreetingSettings>
  set(settings: GreetingSettings): Promise<void>
}
