import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { CheckboxGroup, Label } from 'react-aria-components'
import { api, type Schemas, unwrap } from '../api.js'
import { AccountSessions } from '../parts/account-sessions.js'
import { Check, Select, TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { useTexts } from '../texts/index.js'
import type { Invited } from './shown-invitation.js'
import { useRoles } from './use-roles.js'
import { WaysIn } from './ways-in.js'

/** The dialog in which an administrator changes an account. */
export function ChangedAccount({
  account,
  onClose,
  onChanged,
  onInvited,
}: {
  readonly account: Schemas['Account']
  readonly onClose: () => void
  readonly onChanged: () => void
  readonly onInvited: (invited: Invited) => void
}) {
  const texts = useTexts()
  const { account: own } = texts
  const roles = useRoles()
  const queries = useQueryClient()
  const [role, setRole] = useState<Schemas['Account']['role']>(account.role)
  const [state, setState] = useState<'on' | 'off'>(account.disabled ? 'off' : 'on')
  const [isForAll, setForAll] = useState(account.galleries.includes('*'))
  const [chosen, setChosen] = useState(account.galleries.filter((name) => name !== '*'))
  const [password, setPassword] = useState('')
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
  // An administrator has all galleries by the role, which says nothing of those that the next role gets.
  const areGalleriesChanged =
    role !== 'administrator' &&
    (account.role === 'administrator' || String(galleries) !== String(account.galleries))

  async function change(): Promise<void> {
    const body = {
      ...(role !== account.role && { role }),
      ...(areGalleriesChanged && { galleries }),
      ...((state === 'off') !== account.disabled && { disabled: state === 'off' }),
      ...(password !== '' && { password }),
    }
    await unwrap(api.PATCH('/v1/accounts/{account}', { params: { path }, body }))
    onChanged()
  }

  return (
    <FormDialog
      title={account.name}
      submit={texts.app.save}
      isReady={galleries.length > 0}
      onSubmit={change}
      onClose={onClose}
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
            <Check key={name} value={name}>
              {name}
            </Check>
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
      <WaysIn account={account} onUnlinked={onChanged} onInvited={onInvited} />
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
    </FormDialog>
  )
}
