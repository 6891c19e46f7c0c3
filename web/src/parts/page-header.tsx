import type { ReactNode } from 'react'

/** The title of a page with its actions. */
export function PageHeader({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ReactNode
}) {
  return (
    <header className="page-header">
      <h1>{title}</h1>
      {children && <div className="buttons">{children}</div>}
    </header>
  )
}
