import { useQuery, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { Form } from 'react-aria-components'
import { api, unwrap } from '../api.js'
import { AccountSessions } from '../parts/account-sessions.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { TextField } from '../parts/fields.js'
import { PageHeader } from '../parts/page-header.js'
import { EmptyState, FormError } from '../parts/states.js'
import { showNotice } from '../parts/toasts.js'
import { useWork } from '../parts/use-work.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/** The own account: its password, and where it is signed in. */
export default function AccountPage() {
  const texts = useTexts()
  const { account: own } = texts
  const { caller, provider } = useSession()
  if (!caller?.account) {
    return (
      <>
        <PageHeader title={texts.pages.account} />
        <EmptyState title={own.noAccount}>{own.noAccountHint}</EmptyState>
      </>
    )
  }
  const { role, has_password: hasPassword } = caller.account
  return (
    <>
      <PageHeader title={caller.name} />
      <p className="hint">
        {own.roles[role]}. {own.roleHints[role]}
      </p>
      <OwnSessions />
      {hasPassword ? (
        <PasswordForm name={caller.name} />
      ) : (
        <p className="hint">{own.noPassword(provider?.label ?? own.theProvider)}</p>
      )}
    </>
  )
}

function OwnSessions() {
  const { account: own } = useTexts()
  const queries = useQueryClient()
  const query = useQuery({
    queryKey: ['own-sessions'],
    queryFn: () => unwrap(api.GET('/v1/account/sessions')),
  })
  const refresh = () => queries.invalidateQueries({ queryKey: ['own-sessions'] })
  return (
    <section className="panel">
      <h2>{own.sessions}</h2>
      <AccountSessions
        query={query}
        end={async (session) => {
          await unwrap(
            api.DELETE('/v1/account/sessions/{session}', { params: { path: { session } } }),
          )
          await refresh()
        }}
      />
      {(query.data?.items.length ?? 0) > 1 && (
        <ConfirmButton
          label={own.endOthers}
          title={own.endOthersTitle}
          confirm={own.endOthers}
          onConfirm={async () => {
            await unwrap(api.DELETE('/v1/account/sessions'))
            await refresh()
          }}
        >
          <p>{own.endOthersMeans}</p>
        </ConfirmButton>
      )}
    </section>
  )
}

function PasswordForm({ name }: { readonly name: string }) {
  const { account: own } = useTexts()
  const queries = useQueryClient()
  const [current, setCurrent] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const isReady = current !== '' && password !== '' && again !== ''
  const { isBusy, error, start } = useWork(async () => {
    if (password !== again) throw new Error(own.differ)
    await unwrap(api.PUT('/v1/account/password', { body: { current, password } }))
    setCurrent('')
    setPassword('')
    setAgain('')
    showNotice(own.passwordChanged)
    await queries.invalidateQueries({ queryKey: ['own-sessions'] })
  })

  return (
    <section className="panel">
      <h2>{own.changePassword}</h2>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (isReady) start()
        }}
      >
        {/* Password managers find the account by it. */}
        <input type="text" value={name} autoComplete="username" readOnly hidden />
        <TextField
          label={own.currentPassword}
          type="password"
          value={current}
          onChange={setCurrent}
          autoComplete="current-password"
        />
        <TextField
          label={own.newPassword}
          type="password"
          hint={own.passwordHint}
          value={password}
          onChange={setPassword}
          autoComplete="new-password"
        />
        <TextField
          label={own.again}
          type="password"
          value={again}
          onChange={setAgain}
          autoComplete="new-password"
        />
        <FormError text={error} />
        <div className="buttons">
          <Button kind="primary" type="submit" isPending={isBusy} isDisabled={!isReady}>
            {own.changePassword}
          </Button>
        </div>
      </Form>
    </section>
  )
}
