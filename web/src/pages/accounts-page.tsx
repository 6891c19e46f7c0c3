import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Checkbox, CheckboxGroup, Form, Label } from 'react-aria-components'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { AccountSessions } from '../parts/account-sessions.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { Dialog } from '../parts/dialog.js'
import { Select, TextField } from '../parts/fields.js'
import { Plus } from '../parts/icons.js'
import { Loaded } from '../parts/loaded.js'
import { PageHeader } from '../parts/page-header.js'
import { Scroll } from '../parts/scroll.js'
import { EmptyState, explain } from '../parts/states.js'
import { useTimes } from '../parts/times.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

type Account = Schemas['Account']
type Role = Account['role']

/** The people who may sign in, for administrators. */
export default function AccountsPage() {
  const texts = useTexts()
  const { account: own } = texts
  const times = useTimes()
  const { caller, check } = useSession()
  const queries = useQueryClient()
  const [isAdding, setAdding] = useState(false)
  const [changed, setChanged] = useState<Account | null>(null)
  const query = useQuery({ queryKey: ['accounts'], queryFn: () => unwrap(api.GET('/v1/accounts')) })
  const refresh = async () => {
    await queries.invalidateQueries({ queryKey: ['accounts'] })
    // The own role may have changed.
    check()
  }
  return (
    <>
      <PageHeader title={texts.pages.accounts}>
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
            <Scroll label={texts.pages.accounts}>
              <table>
                <thead>
                  <tr>
                    <th scope="col">{texts.signIn.name}</th>
                    <th scope="col">{own.role}</th>
                    <th scope="col">{texts.keys.galleries}</th>
                    <th scope="col">{own.lastSignIn}</th>
                    <td />
                  </tr>
                </thead>
                <tbody>
                  {items.map((account) => (
                    <tr key={account.id}>
                      <th scope="row">
                        {account.name}{' '}
                        {account.id === caller?.account?.id && (
                          <span className="tag">{own.you}</span>
                        )}
                        {account.disabled && <span className="tag">{own.disabled}</span>}
                      </th>
                      <td>{own.roles[account.role]}</td>
                      <td>
                        {account.galleries.includes('*')
                          ? texts.keys.all
                          : account.galleries.join(', ')}
                      </td>
                      <td>{account.signed_in_at ? times.when(account.signed_in_at) : own.never}</td>
                      <td className="buttons">
                        <Button
                          aria-label={`${own.change}: ${account.name}`}
                          onPress={() => setChanged(account)}
                        >
                          {own.change}
                        </Button>
                        <ConfirmButton
                          label={own.remove}
                          title={own.removeTitle(account.name)}
                          confirm={own.remove}
                          onConfirm={async () => {
                            await unwrap(
                              api.DELETE('/v1/accounts/{account}', {
                                params: { path: { account: account.id } },
                              }),
                            )
                            await refresh()
                          }}
                        >
                          <p>{own.removeMeans}</p>
                        </ConfirmButton>
                      </td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </Scroll>
          )
        }
      </Loaded>
      {isAdding && (
        <NewAccountDialog
          onClose={() => setAdding(false)}
          onMade={() => {
            setAdding(false)
            void refresh()
          }}
        />
      )}
      {changed && (
        <ChangeDialog
          account={changed}
          onClose={() => setChanged(null)}
          onChanged={() => {
            setChanged(null)
            void refresh()
          }}
        />
      )}
    </>
  )
}

function useRoles() {
  const { account: own } = useTexts()
  return (['viewer', 'operator', 'administrator'] as const).map(
    (role) => [role, own.roles[role]] as const,
  )
}

function NewAccountDialog({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  readonly onMade: () => void
}) {
  const texts = useTexts()
  const { account: own } = texts
  const roles = useRoles()
  const [gallery] = useGallery()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Role>('viewer')
  const [where, setWhere] = useState<'all' | 'one'>('all')
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const isReady = name.trim() !== '' && password !== ''

  async function make(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const isForOne = where === 'one' && role !== 'administrator'
      const body = { name: name.trim(), role, password, ...(isForOne && { galleries: [gallery] }) }
      await unwrap(api.POST('/v1/accounts', { body }))
      onMade()
    } catch (failure) {
      setError(explain(failure, texts))
      setBusy(false)
    }
  }

  return (
    <Dialog title={own.add} isOpen onClose={onClose} isBusy={isBusy}>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady && !isBusy) void make()
        }}
      >
        <TextField
          label={texts.signIn.name}
          value={name}
          onChange={setName}
          isRequired
          autoFocus
          autoComplete="off"
        />
        <Select label={own.role} value={role} onChange={setRole} options={roles} />
        <p className="hint">{own.roleHints[role]}</p>
        {role !== 'administrator' && (
          <Select
            label={texts.keys.galleries}
            value={where}
            onChange={setWhere}
            options={[
              ['all', texts.keys.all],
              ['one', gallery],
            ]}
          />
        )}
        <TextField
          label={own.firstPassword}
          type="password"
          hint={own.firstPasswordHint}
          value={password}
          onChange={setPassword}
          isRequired
          autoComplete="new-password"
        />
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        <div className="buttons">
          <Button onPress={onClose}>{texts.app.cancel}</Button>
          <Button kind="primary" type="submit" isPending={isBusy} isDisabled={!isReady}>
            {own.make}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}

function ChangeDialog({
  account,
  onClose,
  onChanged,
}: {
  readonly account: Account
  readonly onClose: () => void
  readonly onChanged: () => void
}) {
  const texts = useTexts()
  const { account: own } = texts
  const roles = useRoles()
  const queries = useQueryClient()
  const [role, setRole] = useState<Role>(account.role)
  const [state, setState] = useState<'on' | 'off'>(account.disabled ? 'off' : 'on')
  const [isForAll, setForAll] = useState(account.galleries.includes('*'))
  const [chosen, setChosen] = useState(account.galleries.filter((name) => name !== '*'))
  const [password, setPassword] = useState('')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)
  const path = { account: account.id }
  const queryKey = ['account-sessions', account.id]
  const sessions = useQuery({
    queryKey,
    queryFn: () => unwrap(api.GET('/v1/accounts/{account}/sessions', { params: { path } })),
  })

  const all = useQuery({
    queryKey: ['galleries'],
    queryFn: () => unwrap(api.GET('/v1/galleries')),
  })
  const isLimited = role !== 'administrator' && !isForAll
  const galleries = isLimited ? chosen : ['*']

  async function change(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const body = {
        ...(role !== account.role && { role }),
        ...(String(galleries) !== String(account.galleries) && { galleries }),
        ...((state === 'off') !== account.disabled && { disabled: state === 'off' }),
        ...(password !== '' && { password }),
      }
      await unwrap(api.PATCH('/v1/accounts/{account}', { params: { path }, body }))
      onChanged()
    } catch (failure) {
      setError(explain(failure, texts))
      setBusy(false)
    }
  }

  return (
    <Dialog title={account.name} isOpen onClose={onClose} isBusy={isBusy}>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (!isBusy && galleries.length > 0) void change()
        }}
      >
        <Select label={own.role} value={role} onChange={setRole} options={roles} />
        <p className="hint">{own.roleHints[role]}</p>
        {role !== 'administrator' && (
          <Select
            label={texts.keys.galleries}
            value={isForAll ? 'all' : 'some'}
            onChange={(value) => setForAll(value === 'all')}
            options={[
              ['all', texts.keys.all],
              ['some', own.someGalleries],
            ]}
          />
        )}
        {isLimited && (
          <CheckboxGroup className="checks" value={chosen} onChange={setChosen}>
            <Label>{own.theseGalleries}</Label>
            {all.data?.items.map(({ name }) => (
              <Checkbox key={name} value={name} className="check">
                <span className="check-box" aria-hidden="true" />
                {name}
              </Checkbox>
            ))}
          </CheckboxGroup>
        )}
        <Select
          label={own.state}
          value={state}
          onChange={setState}
          options={[
            ['on', own.enabled],
            ['off', own.disabled],
          ]}
        />
        <TextField
          label={own.otherPassword}
          type="password"
          hint={own.otherPasswordHint}
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
        />
        <h3>{own.sessions}</h3>
        <AccountSessions
          query={sessions}
          end={async (session) => {
            await unwrap(
              api.DELETE('/v1/accounts/{account}/sessions/{session}', {
                params: { path: { ...path, session } },
              }),
            )
            await queries.invalidateQueries({ queryKey })
          }}
        />
        {error && (
          <p className="field-error" role="alert">
            {error}
          </p>
        )}
        <div className="buttons">
          <Button onPress={onClose}>{texts.app.cancel}</Button>
          <Button
            kind="primary"
            type="submit"
            isPending={isBusy}
            isDisabled={galleries.length === 0}
          >
            {texts.app.save}
          </Button>
        </div>
      </Form>
    </Dialog>
  )
}
