import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { Scroll } from './scroll.js'

/** Both versions of what two people changed at the same time, and the choice between them. */
export function Conflict({
  rows,
  isBusy,
  onTheirs,
  onMine,
}: {
  readonly rows: readonly {
    readonly label: string
    readonly theirs: string
    readonly mine: string
  }[]
  readonly isBusy: boolean
  readonly onTheirs: () => void
  readonly onMine: () => void
}) {
  const { conflict: own } = useTexts()
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
            {rows.map(({ label, theirs, mine }) => (
              <tr key={label}>
                <th scope="row">{label}</th>
                <td>{theirs || own.empty}</td>
                <td>{mine || own.empty}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </Scroll>
      <div className="buttons">
        <Button onPress={onTheirs} isDisabled={isBusy}>
          {own.keepTheirs}
        </Button>
        <Button kind="primary" onPress={onMine} isPending={isBusy}>
          {own.keepMine}
        </Button>
      </div>
    </div>
  )
}
