import type { ReactNode } from 'react'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Scroll } from './scroll.js'

/** The buttons of a form; where two people changed the same at the same time both versions, and the choice between them. */
export function Conflict<Field extends string>({
  draft: { conflict, takeTheirs },
  labels,
  isBusy,
  onMine,
  children,
}: {
  readonly draft: {
    readonly conflict:
      | readonly { readonly field: Field; readonly theirs: string; readonly mine: string }[]
      | null
    readonly takeTheirs: () => void
  }
  readonly labels: Readonly<Record<Field, string>>
  readonly isBusy: boolean
  /** Saves the own version. */
  readonly onMine: () => void
  /** The buttons. */
  readonly children: ReactNode
}) {
  const { conflict: own } = useTexts()
  if (!conflict || isBusy) return <div className="buttons">{children}</div>
  return (
    <div className="conflict" role="alert">
      <p>
        <strong>{own.title}</strong> {own.hint}
      </p>
      <Scroll label={own.title}>
        <table>
          <thead>
            <tr>
              <td />
              <th scope="col">{own.theirs}</th>
              <th scope="col">{own.mine}</th>
            </tr>
          </thead>
          <tbody>
            {conflict.map(({ field, theirs, mine }) => (
              <tr key={field}>
                <th scope="row">{labels[field]}</th>
                <td>{theirs || own.empty}</td>
                <td>{mine || own.empty}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <div className="buttons">
        <Button onPress={takeTheirs}>{own.keepTheirs}</Button>
        <Button kind="primary" onPress={onMine}>
          {own.keepMine}
        </Button>
      </div>
    </div>
  )
}
