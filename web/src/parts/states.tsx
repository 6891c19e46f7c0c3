import type { ReactNode } from 'react'
import { Problem } from '../api.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'

/** What a page says when it has nothing to show: what that means, and what to do. */
export function EmptyState({
  title,
  children,
  action,
}: {
  readonly title: string
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className="empty">
      <p className="empty-title">{title}</p>
      {children && <p>{children}</p>}
      {action}
    </div>
  )
}

/** What went wrong, in words, and another try. */
export function Failure({
  error,
  retry,
}: {
  readonly error: unknown
  readonly retry?: () => void
}) {
  const texts = useTexts()
  return (
    <div className="failure" role="alert">
      <p>{explain(error, texts.app)}</p>
      {retry && <Button onPress={retry}>{texts.app.tryAgain}</Button>}
    </div>
  )
}

/** An error in words. */
export function explain(error: unknown, texts: { unreachable: string; failed: string }): string {
  if (error instanceof Problem && error.code === 'unreachable') return texts.unreachable
  return error instanceof Error && error.message !== '' ? error.message : texts.failed
}
