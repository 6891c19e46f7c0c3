import type { Subject } from './subject.js'

/** Two subjects of whom somebody said that they are different people, however much they look alike. */
export interface DifferentPeople {
  /** Both subjects, in the order of their ids: whoever was added first comes first. */
  readonly subjects: readonly [Subject, Subject]
  /** ISO 8601, UTC. */
  readonly createdAt: string
}

/** The pairs of subjects who are different people. They affect what a gallery's duplicates are, and no search. */
export interface DifferentPeopleStore {
  /**
   * Records that two subjects are different people; does nothing where that is recorded.
   *
   * @throws AgnizeError `unknown-subject`; `bad-argument` for one subject twice.
   */
  add(name: string, other: string): Promise<DifferentPeople>
  /** Deletes the record. @returns Whether there was one. @throws AgnizeError `unknown-subject`. */
  remove(name: string, other: string): Promise<boolean>
  /** All pairs, oldest first. */
  list(): Promise<DifferentPeople[]>
  /** The pairs of one subject, oldest first. @throws AgnizeError `unknown-subject`. */
  of(name: string): Promise<DifferentPeople[]>
}

/** A function that tells whether two subjects, in any order, are among pairs of different people. */
export function isAmong(
  pairs: readonly Pick<DifferentPeople, 'subjects'>[],
): (subjects: readonly Pick<Subject, 'id'>[]) => boolean {
  const keyOf = (subjects: readonly Pick<Subject, 'id'>[]) =>
    subjects
      .map(({ id }) => id)
      .sort()
      .join(' ')
  const known = new Set(pairs.map(({ subjects }) => keyOf(subjects)))
  return (subjects) => known.has(keyOf(subjects))
}
