import { useState } from 'react'
import { Form } from 'react-aria-components'
import { Problem } from '../api.js'
import { useInvitation } from '../invitation.js'
import { Button } from '../parts/button.js'
import { TextField } from '../parts/fields.js'
import { ProviderSignIn } from '../parts/provider-sign-in.js'
import { explain, FormError } from '../parts/states.js'
import { useWork } from '../parts/use-work.js'
import { addressOf } from '../root.js'
import { useSession } from '../session.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'

/** How somebody comes in: with the own account, with a key, or as the first, who makes the administrator. */
type Way = 'account' | 'key' | 'first'

/** The page on which people sign in; where there is no account yet, it makes the administrator. */
export function SignInPage() {
  const texts = useTexts().signIn
  const { hasAccounts, provider } = useSession()
  const usual: Way = hasAccounts ? 'account' : 'first'
  const [isByKey, setByKey] = useState(false)
  const way = isByKey ? 'key' : usual
  const isInvited = useInvitation() !== undefined
  const atProvider = way === 'account' && provider && <ProviderSignIn label={provider.label} />
  return (
    <main className="sign-in">
      <img src={addressOf('/icon.svg')} alt="agnize" width="56" height="56" />
      <h1>{way === 'first' ? texts.firstTitle : texts.title}</h1>
      {way !== 'account' && <p>{way === 'first' ? texts.firstExplain : texts.explain}</p>}
      {isInvited && atProvider}
      <SignInForm key={way} way={way} />
      {!isInvited && atProvider}
      <p>
        <Button kind="quiet" onPress={() => setByKey(!isByKey)}>
          {!isByKey ? texts.byKey : hasAccounts ? texts.byAccount : texts.makeFirst}
        </Button>
      </p>
    </main>
  )
}

function SignInForm({ way }: { readonly way: Way }) {
  const texts = useTexts()
  const own = texts.signIn
  const { signIn, signInAs, makeFirst } = useSession()
  const [key, setKey] = useState('')
  const [name, setName] = useState('')
  const [password, setPassword] = useState('')
  const [again, setAgain] = useState('')
  const isReady =
    (way === 'account' || key.trim() !== '') &&
    (way === 'key' || (name.trim() !== '' && password !== ''))

  const { isBusy, error, start } = useWork(async () => {
    if (way === 'first' && password !== again) throw new Error(texts.account.differ)
    if (way === 'key') await signIn(key.trim())
    else if (way === 'account') await signInAs(name.trim(), password)
    else await makeFirst(key.trim(), name.trim(), password)
  }, refusal)

  return (
    <Form
      onSubmit={(event) => {
        event.preventDefault()
        if (isReady) start()
      }}
    >
      {way !== 'account' && (
        <TextField
          label={way === 'first' ? own.firstKey : own.key}
          type="password"
          value={key}
          onChange={setKey}
          error={way === 'key' ? error : undefined}
          isRequired
          autoFocus
          autoComplete={way === 'first' ? 'off' : 'current-password'}
          hint={way === 'first' ? own.firstKeyHint : own.remember}
        />
      )}
      {way !== 'key' && (
        <>
          <TextField
            label={own.name}
            value={name}
            onChange={setName}
            isRequired
            autoFocus={way === 'account'}
            autoComplete="username"
          />
          <TextField
            label={own.password}
            type="password"
            value={password}
            onChange={setPassword}
            isRequired
            autoComplete={way === 'first' ? 'new-password' : 'current-password'}
            hint={way === 'first' ? texts.account.passwordHint : undefined}
          />
        </>
      )}
      {way === 'first' && (
        <TextField
          label={texts.account.again}
          type="password"
          value={again}
          onChange={setAgain}
          isRequired
          autoComplete="new-password"
        />
      )}
      {way !== 'key' && <FormError text={error} />}
      <Button kind="primary" type="submit" isPending={isBusy} isDisabled={!isReady}>
        {way === 'first' ? own.firstSubmit : own.submit}
      </Button>
    </Form>
  )
}

/** Why somebody was not signed in. */
function refusal(failure: unknown, texts: Texts): string {
  const code = failure instanceof Problem ? failure.code : ''
  if (code === 'unauthorized') return texts.signIn.wrong
  if (code === 'forbidden') return texts.signIn.notAdmin
  if (code === 'rate-limited') return texts.signIn.tooMany
  return explain(failure, texts)
}
