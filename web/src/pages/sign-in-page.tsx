import { useState } from 'react'
import { Form } from 'react-aria-components'
import { Problem } from '../api.js'
import { Button } from '../parts/button.js'
import { TextField } from '../parts/fields.js'
import { explain } from '../parts/states.js'
import { addressOf } from '../root.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/** The page on which a user enters a key. */
export function SignInPage() {
  const texts = useTexts()
  const { signIn } = useSession()
  const [key, setKey] = useState('')
  const [error, setError] = useState<string>()
  const [isBusy, setBusy] = useState(false)

  async function submit(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      await signIn(key.trim())
    } catch (failure) {
      const isWrong = failure instanceof Problem && failure.code === 'unauthorized'
      setError(isWrong ? texts.signIn.wrong : explain(failure, texts))
      setBusy(false)
    }
  }

  return (
    <main className="sign-in">
      <img src={addressOf('/icon.svg')} alt="agnize" width="56" height="56" />
      <h1>{texts.signIn.title}</h1>
      <p>{texts.signIn.explain}</p>
      <Form
        onSubmit={(event) => {
          event.preventDefault()
          if (key.trim() !== '') void submit()
        }}
      >
        <TextField
          label={texts.signIn.key}
          type="password"
          value={key}
          onChange={setKey}
          error={error}
          isRequired
          autoFocus
          autoComplete="current-password"
          hint={texts.signIn.remember}
        />
        <Button kind="primary" type="submit" isPending={isBusy} isDisabled={key.trim() === ''}>
          {texts.signIn.submit}
        </Button>
      </Form>
    </main>
  )
}
