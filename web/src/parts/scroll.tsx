import type { ReactNode } from 'react'

/** A container that scrolls horizontally when its content is wider than the screen, also by keyboard. */
export function Scroll({
  label,
  children,
}: {
  readonly label: string
  readonly children: ReactNode
}) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard scrolls the focused element.
    <section className="scroll" aria-label={label} tabIndex={0}>
      {children}
    </section>
  )
}
