/** A value that a check found: no path, no secret, and nobody's name. */
export type DiagnosticFact = string | number | boolean | null | readonly string[]

/** One thing that `agnize.diagnose` examined. */
export interface DiagnosticCheck {
  /** What was examined, such as `model`; several checks may share a name. */
  readonly name: string
  /**
   * `missing`: not there yet, because nothing was done yet that makes it. `warning`: it works, but somebody should look after
   * it. `wrong`: it does not work.
   */
  readonly state: 'ok' | 'missing' | 'warning' | 'wrong'
  /** The finding, such as `model-corrupt`. Stable, so that programs can say it in their own words. */
  readonly code: string
  /** The values of the finding; no path, no secret, and nobody's name. */
  readonly facts: Readonly<Record<string, DiagnosticFact>>
  /** The finding in words; for what is missing what makes it, and for a problem what to do. It may name paths of this machine. */
  readonly detail: string
}
