import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CheckboxGroup, Label } from 'react-aria-components'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Check, TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { Plus } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { showKey } from '../parts/shown-key.js'
import { EmptyState } from '../parts/states.js'
import { Table } from '../parts/table.js'
import { useTimes } from '../parts/times.js'
import { type Scope, useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

const scopes: readonly Scope[] = ['identify', 'read', 'enroll', 'metrics', 'admin']

/** The keys of the server. */
export default function KeysPage() {
  const texts = useTexts()
  const { keys: own } = texts
  const times = useTimes()
  const { caller } = useSession()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const query = useQuery({ queryKey: ['keys'], queryFn: () => unwrap(api.GET('/v1/keys')) })
  const refresh = () => queries.invalidateQueries({ queryKey: ['keys'] })
  return (
    <>
      <PageHeader title={texts.pages.keys}>
        <Button kind="primary" onPress={() => setAdding(true)}>
          <Plus aria-hidden="true" /> {own.add}
        </Button>
      </PageHeader>
      <p className="hint">{own.explain}</p>
      <Loaded query={query}>
        {({ items }) =>
          items.length === 0 ? (
            <EmptyState title={own.none}>{own.noneHint}</EmptyState>
          ) : (
            <Table
              label={texts.pages.keys}
              columns={[own.name, own.may, own.galleries, own.expires]}
              items={items}
              keyOf={({ id }) => id}
              cells={(key) => [
                <>
                  {key.name} {key.id === caller?.key && <span className="tag">{own.yours}</span>}
                </>,
                key.scopes.map((scope) => own.scopes[scope]).join(', '),
                key.galleries.includes('*') ? own.all : key.galleries.join(', '),
                key.expires_at ? times.day(key.expires_at) : own.never,
              ]}
              buttons={({ id, name }) => {
                const params = { path: { key: id } }
                const isOwn = id === caller?.key
                return (
                  <>
                    <ConfirmButton
                      label={own.rotate}
                      title={own.rotateTitle(name)}
                      confirm={own.rotate}
                      onConfirm={async () => {
                        showKey(await unwrap(api.POST('/v1/keys/{key}/rotate', { params })))
                        void refresh()
                      }}
                    >
                      <p>{isOwn ? own.rotateYours : own.rotateMeans}</p>
                    </ConfirmButton>
                    <ConfirmButton
                      label={own.revoke}
                      title={own.revokeTitle(name)}
                      confirm={own.revoke}
                      onConfirm={async () => {
                        await unwrap(api.DELETE('/v1/keys/{key}', { params }))
                        await refresh()
                      }}
                    >
                      <p>{isOwn ? own.revokeYours : own.revokeMeans}</p>
                    </ConfirmButton>
                  </>
                )
              }}
            />
          )
        }
      </Loaded>
      {isAdding && (
        <NewKeyDialog
          onClose={() => setAdding(false)}
          onMade={(key) => {
            setAdding(false)
            showKey(key)
            void refresh()
          }}
        />
      )}
    </>
  )
}

function NewKeyDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: (key: Schemas['NewKey']) => void
}) {
  const { keys: own } = useTexts()
  const [gallery] = useGallery()
  const { caller } = useSession()
  const mayAll = caller!.galleries.includes('*')
  const [name, setName] = useState('')
  const [chosen, setChosen] = useState<string[]>(['identify'])
  const [isForAll, setForAll] = useState(false)
  const [expires, setExpires] = useState('')

  async function make(): Promise<void> {
    const body = {
      name: name.trim(),
      scopes: chosen as Scope[],
      galleries: isForAll ? ['*'] : [gallery],
      ...(expires && { expires_at: new Date(`${expires}T23:59:59`).toISOString() }),
    }
    onMade(await unwrap(api.POST('/v1/keys', { body })))
  }

  return (
    <FormDialog
      title={own.add}
      submit={own.make}
      isReady={name.trim() !== '' && chosen.length > 0}
      onSubmit={make}
      onClose={onClose}
    >
      <TextField
        label={own.name}
        hint={own.nameHint}
        value={name}
        onChange={setName}
        isRequired
        autoFocus
        autoComplete="off"
      />
      <CheckboxGroup className="checks" value={chosen} onChange={setChosen}>
        <Label>{own.may}</Label>
        {scopes.map((scope) => (
          <Check key={scope} value={scope}>
            {own.scopes[scope]} <span className="hint">{own.scopeHints[scope]}</span>
          </Check>
        ))}
      </CheckboxGroup>
      {mayAll && (
        <Check isSelected={isForAll} onChange={setForAll}>
          {own.forAll(gallery)}
        </Check>
      )}
      <TextField label={own.expires} type="date" value={expires} onChange={setExpires} />
    </FormDialog>
  )
}
