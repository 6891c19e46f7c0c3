import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import {
  Button as AriaButton,
  ComboBox,
  Input,
  Label,
  ListBox,
  ListBoxItem,
  Popover,
} from 'react-aria-components'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { FormDialog } from '../parts/form-dialog.js'
import { ChevronDown } from '../parts/icons.js'
import { useTexts } from '../texts/index.js'

type Choice<New> = {
  readonly id: New extends true ? string | undefined : string
  readonly name: string
}

interface Chosen<New> {
  readonly label: string
  readonly title: string
  readonly explain: string
  /** Id of the person who is excluded from the choice. */
  readonly except: string
  /** Whether an unknown name creates a new person. */
  readonly mayBeNew?: New
  readonly isDangerous?: boolean
  readonly onChoose: (person: Choice<New>) => Promise<unknown>
}

/** A button that opens a dialog to choose a person; the dialog states the consequences. */
export function ChoosePersonButton<New extends boolean = false>(chosen: Chosen<New>) {
  const [isOpen, setOpen] = useState(false)
  return (
    <>
      <Button onPress={() => setOpen(true)}>{chosen.label}</Button>
      {isOpen && <ChoosePersonDialog {...chosen} onClose={() => setOpen(false)} />}
    </>
  )
}

function ChoosePersonDialog<New extends boolean>({
  label,
  title,
  explain,
  except,
  mayBeNew,
  isDangerous = false,
  onChoose,
  onClose,
}: Chosen<New> & { readonly onClose: () => void }) {
  const texts = useTexts()
  const [gallery] = useGallery()
  const [text, setText] = useState('')
  const wanted = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['people', gallery, 'choose', wanted],
    queryFn: () =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/subjects', {
          params: { path: { gallery }, query: { limit: 20, ...(wanted && { search: wanted }) } },
        }),
      ),
    placeholderData: (before) => before,
  })
  const people = (data?.items ?? []).filter(({ id }) => id !== except)
  const chosen = people.find(({ name }) => name === text.trim())
  return (
    <FormDialog
      title={title}
      submit={label}
      kind={isDangerous ? 'danger' : 'primary'}
      isReady={chosen !== undefined || (mayBeNew === true && text.trim() !== '')}
      onSubmit={async () => {
        await onChoose({ id: chosen?.id, name: text.trim() } as Choice<New>)
        onClose()
      }}
      onClose={onClose}
    >
      <p>{explain}</p>
      <ComboBox
        className="field"
        inputValue={text}
        onInputChange={setText}
        items={people}
        allowsCustomValue
      >
        <Label>{texts.people.person}</Label>
        <span className="combo">
          <Input autoFocus />
          <AriaButton className="combo-open">
            <ChevronDown />
          </AriaButton>
        </span>
        <Popover className="popover">
          <ListBox<(typeof people)[number]> className="list-box">
            {({ id, name }) => (
              <ListBoxItem id={id} textValue={name} className="list-box-item">
                {name}
              </ListBoxItem>
            )}
          </ListBox>
        </Popover>
      </ComboBox>
    </FormDialog>
  )
}
