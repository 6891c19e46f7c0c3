import { Button as AriaButton, type ButtonProps as AriaButtonProps } from 'react-aria-components'

/** Visual emphasis of a button. */
type Kind = 'plain' | 'primary' | 'danger' | 'quiet'

/** A button. */
export function Button({
  kind = 'plain',
  className = '',
  ...props
}: AriaButtonProps & { readonly kind?: Kind; readonly className?: string }) {
  return <AriaButton {...props} className={`button ${kind} ${className}`} />
}
