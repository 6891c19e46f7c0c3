import { useQuery } from '@tanstack/react-query'
import { useDeferredValue, useState } from 'react'
import { ComboBox, Form, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components'
import { api, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { explain } from '../parts/states.js'
import { useTexts } from '../texts/index.js'

type Choice<New> = {
  readonly id: New extends true ? string | undefined : string
  readonly name: string
}

/** A button that opens a dialog to choose a person; the dialog states the consequences. */
export function ChoosePersonButton<New extends boolean = false>({
  label,
  title,
  explain: means,
  except,
  mayBeNew,
  isDangerous = false,
  onChoose,
}: {
  readonly label: string
  readonly title: string
  readonly explain: string
  /** Id of the person who is excluded from the choice. */
  readonly except: string
  /** Whether an unknown name creates a new person. */
  readonly mayBeNew?: New
  readonly isDangerous?: boolean
  readonly onChoose: (person: Choice<New>) => Promise<unknown>
}) {
  const texts = useTexts()
  const [gallery] = useGallery()
  const [isOpen, setOpen] = useState(false)
  const [text, setText] = useState('')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const wanted = useDeferredValue(text.trim())
  const { data } = useQuery({
    queryKey: ['people', gallery, 'choose', wanted],
    queryFn: () =>
      unwrap(
        api.GET('/v1/galleries/{gallery}/subjects', {
          params: { path: { gallery }, query: { limit: 20, ...(wanted && { search: wanted }) } },
        }),
      ),
    enabled: isOpen,
    placeholderData: (before) => before,
  })
  const people = (data?.items ?? []).filter(({ id }) => id !== except)
  const chosen = people.find(({ name }) => name === text.trim())
  const isReady = chosen !== undefined || (mayBeNew === true && text.trim() !== '')

  async function choose(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      await onChoose({ id: chosen?.id, name: text.trim() } as Choice<New>)
      setOpen(false)
    } catch (failure) {
      setError(explain(failure, texts))
    } finally {
      setBusy(false)
    }
  }

  return (
    <>
      <Button onPress={() => setOpen(true)}>{label}</Button>
      <Dialog title={title} isOpen={isOpen} isBusy={isBusy} onClose={() => setOpen(false)}>
        <p>{means}</p>
        <Form
          onSubmit={(event) => {
            event.preventDefault()
            if (isReady) void choose()
          }}
        >
          <ComboBox
            className="field"
            inputValue={text}
            onInputChange={setText}
            items={people}
            allowsCustomValue
            menuTrigger="focus"
          >
            <Label>{texts.people.person}</Label>
            <Input autoFocus />
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
          {error && (
            <p className="field-error" role="alert">
              {error}
            </p>
          )}
          <div className="buttons">
            <Button onPress={() => setOpen(false)} isDisabled={isBusy}>
              {texts.app.cancel}
            </Button>
            <Button
              kind={isDangerous ? 'danger' : 'primary'}
              type="submit"
              isPending={isBusy}
              isDisabled={!isReady}
            >
              {label}
            </Button>
          </div>
        </Form>
      </Dialog>
    </>
  )
}
