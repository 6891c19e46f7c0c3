import type { ReactNode } from 'react'

/** A page's title with what can be done on it. */
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
