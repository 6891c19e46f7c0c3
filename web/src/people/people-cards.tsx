import { Checkbox } from 'react-aria-components'
import { Link } from 'wouter'
import type { Schemas } from '../api.js'
import { Portrait, WithPictures } from '../parts/portrait.js'
import { useTexts } from '../texts/index.js'

type Person = Schemas['Subject']

/** Cards of people, which link to their pages or, while some are being selected, select them. */
export function PeopleCards({
  pages,
  isBusy,
  selected,
  onSelect,
}: {
  readonly pages: readonly (readonly Person[])[]
  readonly isBusy: boolean
  /** Ids of the selected people; null where nobody is being selected. */
  readonly selected: ReadonlySet<string> | null
  readonly onSelect: (id: string, isSelected: boolean) => void
}) {
  const withPhotos = pages.map((people) =>
    people.filter(({ templates }) => templates > 0).map(({ id }) => id),
  )
  return (
    <WithPictures kind="subject" pages={withPhotos}>
      <ul className="cards people" aria-busy={isBusy}>
        {pages.flat().map((person) => (
          <li key={person.id} className="card">
            {selected ? (
              <Checkbox
                className="check over"
                isSelected={selected.has(person.id)}
                onChange={(isSelected) => onSelect(person.id, isSelected)}
              >
                <span className="check-box" aria-hidden="true" />
                <Face person={person} />
              </Checkbox>
            ) : (
              <Link href={`/${person.id}`}>
                <Face person={person} />
              </Link>
            )}
            <PhotoCount person={person} />
          </li>
        ))}
      </ul>
    </WithPictures>
  )
}

function Face({ person: { id, name } }: { readonly person: Person }) {
  return (
    <>
      <Portrait id={id} />
      <span className="card-name">{name}</span>
    </>
  )
}

function PhotoCount({ person: { templates, tags } }: { readonly person: Person }) {
  const { people: own } = useTexts()
  return (
    <>
      <span className="hint">{own.photos(templates)}</span>
      {tags.length > 0 && <span className="hint">{tags.join(', ')}</span>}
    </>
  )
}
