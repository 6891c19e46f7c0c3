import { useState } from 'react'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { Select, TextField } from '../parts/fields.js'
import { FormDialog } from '../parts/form-dialog.js'
import { explain } from '../parts/states.js'
import { showError } from '../parts/toasts.js'
import { useSession } from '../session.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'
import { type Invited, inviteOwner } from './shown-invitation.js'
import { useRoles } from './use-roles.js'

/** The dialog in which an administrator creates an account. */
export function NewAccount({
  onClose,
  onMade,
}: {
  readonly onClose: () => void
  /** Gets the invitation of an account that has no password. */
  readonly onMade: (invited: Invited | null) => void
}) {
  const texts = useTexts()
  const { account: own } = texts
  const roles = useRoles()
  const [gallery] = useGallery()
  const { provider } = useSession()
  const [name, setName] = useState('')
  const [role, setRole] = useState<Schemas['Account']['role']>('viewer')
  const [where, setWhere] = useState<'all' | 'one'>('all')
  const [way, setWay] = useState<'password' | 'invitation'>('password')
  const [password, setPassword] = useState('')
  const isInvited = way === 'invitation'
  const isReady = name.trim() !== '' && (isInvited || password !== '')

  async function make(): Promise<void> {
    const isForOne = where === 'one' && role !== 'administrator'
    const body = {
      ...{ name: name.trim(), role, ...(isForOne && { galleries: [gallery] }) },
      ...(!isInvited && { password }),
    }
    const account = await unwrap(api.POST('/v1/accounts', { body }))
    onMade(isInvited ? await invite(account, texts) : null)
  }

  return (
    <FormDialog
      title={own.add}
      submit={own.make}
      isReady={isReady}
      onSubmit={make}
      onClose={onClose}
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
      {provider && (
        <Select
          label={own.signsIn}
          value={way}
          onChange={setWay}
          options={[
            ['password', own.byPassword],
            ['invitation', own.byInvitation(provider.label)],
          ]}
        />
      )}
      {isInvited ? (
        <p className="hint">{own.byInvitationHint}</p>
      ) : (
        <TextField
          label={own.firstPassword}
          type="password"
          hint={own.firstPasswordHint}
          value={password}
          onChange={setPassword}
          isRequired
          autoComplete="new-password"
        />
      )}
    </FormDialog>
  )
}

/** Invites the owner of an account that has just been made; null where that fails, which leaves the account as it is. */
async function invite(account: Schemas['Account'], texts: Texts): Promise<Invited | null> {
  try {
    return await inviteOwner(account)
  } catch (failure) {
    showError(explain(failure, texts))
    return null
  }
}
