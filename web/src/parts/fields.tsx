import type { ReactNode } from 'react'
import {
  Button as AriaButton,
  Checkbox as AriaCheckbox,
  Select as AriaSelect,
  Switch as AriaSwitch,
  TextField as AriaTextField,
  FieldError,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
  SelectValue,
  Text,
  TextArea,
} from 'react-aria-components'
import { ChevronDown } from './icons.js'

/** A field that selects one of several options. */
export function Select<Value extends string>({
  label,
  value,
  onChange,
  options,
  isDisabled = false,
}: {
  readonly label: string
  readonly value: Value
  readonly onChange: (value: Value) => void
  readonly options: readonly (readonly [value: Value, text: string])[]
  readonly isDisabled?: boolean
}) {
  return (
    <AriaSelect
      className="field"
      value={value}
      onChange={(key) => onChange(key as Value)}
      isDisabled={isDisabled}
    >
      <Label>{label}</Label>
      <AriaButton className="select">
        <SelectValue />
        <ChevronDown />
      </AriaButton>
      <Popover className="popover">
        <ListBox className="list-box">
          {options.map(([id, text]) => (
            <ListBoxItem key={id} id={id} textValue={text} className="list-box-item">
              {text}
            </ListBoxItem>
          ))}
        </ListBox>
      </Popover>
    </AriaSelect>
  )
}

/** An on/off switch. */
export function Switch({
  children,
  isSelected,
  onChange,
  isDisabled = false,
}: {
  readonly children: ReactNode
  readonly isSelected: boolean
  readonly onChange: (isSelected: boolean) => void
  readonly isDisabled?: boolean
}) {
  return (
    <AriaSwitch
      className="switch"
      isSelected={isSelected}
      onChange={onChange}
      isDisabled={isDisabled}
    >
      <span className="switch-track" aria-hidden="true" />
      {children}
    </AriaSwitch>
  )
}

/** A box to tick, alone or in a `CheckboxGroup`. */
export function Check({
  children,
  ...props
}: {
  readonly children: ReactNode
  /** What it stands for in its group. */
  readonly value?: string
  readonly isSelected?: boolean
  readonly onChange?: (isSelected: boolean) => void
}) {
  return (
    <AriaCheckbox className="check" {...props}>
      <span className="check-box" aria-hidden="true" />
      <span>{children}</span>
    </AriaCheckbox>
  )
}

/** A text field of one or more lines. */
export function TextField({
  label,
  hint,
  value,
  onChange,
  error,
  lines = 1,
  ...props
}: {
  readonly label: string
  readonly hint?: string | undefined
  readonly value: string
  readonly onChange: (value: string) => void
  readonly error?: string | undefined
  readonly lines?: number
  readonly type?: 'text' | 'password' | 'search' | 'number' | 'date'
  readonly isRequired?: boolean
  readonly inputMode?: 'numeric'
  readonly autoFocus?: boolean
  readonly autoComplete?: string
  readonly list?: string
}) {
  const { list, ...field } = props
  return (
    <AriaTextField
      {...field}
      className="field"
      value={value}
      onChange={onChange}
      isInvalid={error !== undefined}
      // A server-side error must not block the form from being submitted again.
      validationBehavior="aria"
    >
      <Label>{label}</Label>
      {lines > 1 ? <TextArea rows={lines} /> : <Input {...(list && { list })} />}
      {hint && (
        <Text slot="description" className="hint">
          {hint}
        </Text>
      )}
      <FieldError className="field-error">{error}</FieldError>
    </AriaTextField>
  )
}
