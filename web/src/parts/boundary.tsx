import { Component, type ReactNode, useEffect } from 'react'
import { isServerThere, reloadStalePage } from '../stale-page.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { EmptyState } from './states.js'

/** Interval at which a failed page asks for the server, in milliseconds. Judgment. */
const askIntervalMs = 3000

interface Props {
  readonly children: ReactNode
  /** The page that is shown; another one starts without the error. */
  readonly page: string
}

/** Shows an error in place of a page that fails, with a way back. */
export class Boundary extends Component<Props, { readonly error: unknown }> {
  override state: { readonly error: unknown } = { error: null }

  static getDerivedStateFromError(error: unknown) {
    return { error }
  }

  override componentDidUpdate({ page }: Props): void {
    if (page !== this.props.page && this.state.error !== null) this.setState({ error: null })
  }

  override render(): ReactNode {
    return this.state.error === null ? this.props.children : <FailedPage error={this.state.error} />
  }
}

function FailedPage({ error }: { readonly error: unknown }) {
  const { app } = useTexts()
  const isMissing = /import|chunk|module|fetch/i.test(String((error as Error)?.message ?? error))
  useEffect(() => {
    if (!isMissing) return
    // The file may be missing only because the server was away: the page is loaded again once it answers.
    let wasAway = false
    const timer = setInterval(async () => {
      const isThere = await isServerThere()
      if (isThere && wasAway) void reloadStalePage()
      wasAway ||= !isThere
    }, askIntervalMs)
    return () => clearInterval(timer)
  }, [isMissing])
  return (
    <div role="alert">
      <EmptyState
        title={isMissing ? app.pageMissing : app.pageFailed}
        action={
          <div className="buttons">
            <Button kind="primary" onPress={() => location.reload()}>
              {app.reload}
            </Button>
            <Button onPress={() => history.back()}>{app.back}</Button>
          </div>
        }
      >
        {isMissing ? app.pageMissingHint : app.pageFailedHint}
      </EmptyState>
    </div>
  )
}
