import type { ReactNode } from 'react'
import { Problem } from '../api.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'

/** The empty state of a page: what is missing and what to do about it. */
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

/** An error message with a button to retry. */
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

/** The message for an error. */
export function explain(error: unknown, texts: { unreachable: string; failed: string }): string {
  if (error instanceof Problem && error.code === 'unreachable') return texts.unreachable
  return error instanceof Error && error.message !== '' ? error.message : texts.failed
}
