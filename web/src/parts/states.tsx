import type { ReactNode } from 'react'
import { Problem } from '../api.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'

/** The empty state of a page: what is missing and what to do about it. */
export function EmptyState({
  title,
  isPage = false,
  children,
  action,
}: {
  readonly title: string
  /** Whether it stands for the page, whose heading is then the title. */
  readonly isPage?: boolean
  readonly children?: ReactNode
  readonly action?: ReactNode
}) {
  return (
    <div className="empty">
      {isPage ? <h1 className="empty-title">{title}</h1> : <p className="empty-title">{title}</p>}
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
      <p>{explain(error, texts)}</p>
      {retry && <Button onPress={retry}>{texts.app.tryAgain}</Button>}
    </div>
  )
}

/** Why a form or a button did not work; nothing without a reason. */
export function FormError({ text }: { readonly text: string | undefined }) {
  if (!text) return null
  return (
    <p className="field-error" role="alert">
      {text}
    </p>
  )
}

/** The message for an error, in the language of the console where it has one for the error's code. */
export function explain(error: unknown, texts: Texts): string {
  if (error instanceof Problem)
    return sentenceOf({ code: error.code, detail: error.message }, texts)
  return error instanceof Error && error.message !== '' ? error.message : texts.app.failed
}

/** The sentence about a refusal or failure that the server reports; its own where the language has none for the code. */
export function sentenceOf(
  { code, detail }: { readonly code: string; readonly detail: string },
  { app, errors }: Texts,
): string {
  if (code === 'unreachable') return app.unreachable
  return errors[code as keyof typeof errors] ?? (detail === '' ? app.failed : detail)
}
