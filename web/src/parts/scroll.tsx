import type { ReactNode } from 'react'

/** What may be wider than the screen, and is moved by itself then, also by keyboard. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string
  readonly children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a keyboard moves what has the focus.
    <section className="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
