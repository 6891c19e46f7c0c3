import type { Subject } from '../gallery/subject.js'

/** A day of the week in a rule. */
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

/** Action of a rule: raise an alert, send events, or suppress events and greeting. */
export type RuleAction = 'alert' | 'notify' | 'quiet'

/** Every {@link RuleAction}. */
export const ruleActions = ['alert', 'notify', 'quiet'] as const satisfies readonly RuleAction[]

/** Every kind of subject that a rule may apply to. */
export const whoChoices = ['known', 'unknown', 'anybody'] as const

/** A rule: conditions and the action for visits that meet them. An omitted condition always holds. */
export interface Rule {
  /** Name of the rule in events. */
  readonly name?: string | undefined
  /** Names of the cameras it applies to; default all. */
  readonly cameras?: readonly string[] | undefined
  /** Kind of subject it applies to; default `anybody`. */
  readonly who?: 'known' | 'unknown' | 'anybody' | undefined
  /** The subject's name must be one of these. */
  readonly people?: readonly string[] | undefined
  /** The subject must have one of these tags. */
  readonly tags?: readonly string[] | undefined
  /** Days on which it applies; an interval over midnight belongs to the day on which it begins. */
  readonly days?: readonly Day[] | undefined
  /** Interval in local time: `22:00-06:00`. */
  readonly between?: string | undefined
  /** Action to take. */
  readonly do: RuleAction
}

/** A visit, with the fields that rules test. */
export interface RuleInput {
  readonly camera: string
  readonly subject: Subject | null
  readonly tags: readonly string[]
  readonly at: Date
}

/** Applies the first matching rule; where none matches, the visit is notified. */
export function applyRules(
  rules: readonly Rule[],
  visit: RuleInput,
): { readonly action: RuleAction; readonly rule: string | null } {
  const at = rules.findIndex((rule) => matches(rule, visit))
  if (at < 0) return { action: 'notify', rule: null }
  const { name, do: action } = rules[at]!
  return { action, rule: name ?? `rule ${at + 1}` }
}

function matches(rule: Rule, { camera, subject, tags, at }: RuleInput): boolean {
  const { who = 'anybody' } = rule
  if (rule.cameras && !rule.cameras.includes(camera)) return false
  if (who === 'known' && !subject) return false
  if (who === 'unknown' && subject) return false
  if (rule.people && !(subject && rule.people.includes(subject.name))) return false
  if (rule.tags && !rule.tags.some((tag) => tags.includes(tag))) return false
  return isWithinTime(rule, at)
}

function isWithinTime({ days: on, between }: Rule, at: Date): boolean {
  const isOn = (day: number) => !on || on.includes(days[(day + 7) % 7]!)
  if (!between) return isOn(at.getDay())
  const { from, to } = parseInterval(between)!
  const now = 60 * at.getHours() + at.getMinutes()
  if (from <= to) return isOn(at.getDay()) && now >= from && now < to
  // The interval spans midnight.
  return (now >= from && isOn(at.getDay())) || (now < to && isOn(at.getDay() - 1))
}

/** Parses `HH:MM-HH:MM` into minutes since midnight; undefined for anything else. */
export function parseInterval(
  between: string,
): { readonly from: number; readonly to: number } | undefined {
  const match = /^([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)$/.exec(between)
  if (!match) return undefined
  const [h1, m1, h2, m2] = match.slice(1).map(Number)
  return { from: 60 * h1! + m1!, to: 60 * h2! + m2! }
}
