import type { Subject } from '../gallery/subject.js'

/** A day of the week, as rules name it. */
export type Day = 'sun' | 'mon' | 'tue' | 'wed' | 'thu' | 'fri' | 'sat'

/** Every {@link Day}, Sunday first. */
export const days = [
  'sun',
  'mon',
  'tue',
  'wed',
  'thu',
  'fri',
  'sat',
] as const satisfies readonly Day[]

/** What is to happen with a visit: call for attention, tell, or neither tell nor greet. */
export type RuleAction = 'alert' | 'notify' | 'quiet'

/** A rule: conditions, all of which must hold, and an action. Absent conditions always hold. */
export interface Rule {
  /** Name of the rule in events. */
  readonly name?: string | undefined
  /** Names of the cameras that it applies to; default all. */
  readonly cameras?: readonly string[] | undefined
  /** Whose visits it applies to; default `anybody`. */
  readonly who?: 'known' | 'unknown' | 'anybody' | undefined
  /** Names of subjects. */
  readonly people?: readonly string[] | undefined
  /** Tags, one of which the subject has. */
  readonly tags?: readonly string[] | undefined
  /** Days of the week; a span over midnight belongs to the day on which it begins. */
  readonly days?: readonly Day[] | undefined
  /** Time of day in the local time zone: `22:00-06:00`. */
  readonly between?: string | undefined
  /** What it triggers. */
  readonly do: RuleAction
}

/** Somebody at a camera, as rules look at them. */
export interface RuledVisit {
  readonly camera: string
  readonly subject: Subject | null
  readonly tags: readonly string[]
  readonly at: Date
}

/** The first rule that holds decides; where none does, it is told. */
export function decideBy(
  rules: readonly Rule[],
  visit: RuledVisit,
): { readonly action: RuleAction; readonly rule: string | null } {
  const at = rules.findIndex((rule) => holds(rule, visit))
  if (at < 0) return { action: 'notify', rule: null }
  const { name, do: action } = rules[at]!
  return { action, rule: name ?? `rule ${at + 1}` }
}

function holds(rule: Rule, { camera, subject, tags, at }: RuledVisit): boolean {
  const { who = 'anybody' } = rule
  if (rule.cameras && !rule.cameras.includes(camera)) return false
  if (who === 'known' && !subject) return false
  if (who === 'unknown' && subject) return false
  if (rule.people && !(subject && rule.people.includes(subject.name))) return false
  if (rule.tags && !rule.tags.some((tag) => tags.includes(tag))) return false
  return inTime(rule, at)
}

function inTime({ days: on, between }: Rule, at: Date): boolean {
  const isOn = (day: number) => !on || on.includes(days[(day + 7) % 7]!)
  if (!between) return isOn(at.getDay())
  const { from, to } = timesOf(between)!
  const now = 60 * at.getHours() + at.getMinutes()
  if (from <= to) return isOn(at.getDay()) && now >= from && now < to
  // Over midnight.
  return (now >= from && isOn(at.getDay())) || (now < to && isOn(at.getDay() - 1))
}

/** Minutes since midnight of `HH:MM-HH:MM`; undefined for what is none. */
export function timesOf(
  between: string,
): { readonly from: number; readonly to: number } | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(between)
  if (!match) return undefined
  const [h1, m1, h2, m2] = match.slice(1).map(Number)
  return { from: 60 * h1! + m1!, to: 60 * h2! + m2! }
}
