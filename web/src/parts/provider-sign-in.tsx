import { useState } from 'react'
import { api, unwrap } from '../api.js'
import { root } from '../root.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { explain } from './states.js'

/** What the address carries for this page: why the provider brought somebody back without signing in, and an invitation. */
interface Arrival {
  readonly refused: string | undefined
  readonly invitation: string | undefined
}

/** Reads what the address carries, and takes the reason away, so that a reload does not repeat it. */
function arrive(): Arrival {
  const url = new URL(location.href)
  const refused = url.searchParams.get('refused') ?? undefined
  if (refused !== undefined) {
    url.searchParams.delete('refused')
    history.replaceState(history.state, '', url)
  }
  const invitation = /^#invitation=(.+)$/.exec(url.hash)?.[1]
  return { refused, invitation }
}

/** The page that was asked for, below the root. */
function wanted(): string {
  const hash = location.hash.startsWith('#invitation=') ? '' : location.hash
  return `/${location.pathname.slice(root.pathname.length)}${location.search}${hash}`
}

/** Why nobody was signed in, by the code, which anybody may have written into the address. */
function refusal(code: string, { signIn, errors }: Texts): string | undefined {
  const known: Readonly<Record<string, string>> = { ...errors, ...signIn.refusals }
  return Object.hasOwn(known, code) ? known[code] : undefined
}

/** The button with which people sign in at the provider of the server. */
export function ProviderSignIn({ label }: { readonly label: string }) {
  const texts = useTexts()
  const own = texts.signIn
  const [{ refused, invitation }] = useState(arrive)
  const [error, setError] = useState(refused && (refusal(refused, texts) ?? own.notSignedIn))
  const [isBusy, setBusy] = useState(false)

  async function begin(): Promise<void> {
    setBusy(true)
    setError(undefined)
    try {
      const body = { console: root.href, to: wanted(), ...(invitation && { invitation }) }
      const { url } = await unwrap(api.POST('/v1/session/oidc', { body }))
      location.assign(url)
    } catch (failure) {
      const { code = '' } = failure as { code?: string }
      setError(refusal(code, texts) ?? explain(failure, texts))
      setBusy(false)
    }
  }

  return (
    <>
      {invitation && <p>{own.invited(label)}</p>}
      {error && (
        <p className="field-error" role="alert">
          {error}
        </p>
      )}
      <p>
        <Button
          kind={invitation ? 'primary' : 'plain'}
          isPending={isBusy}
          onPress={() => void begin()}
        >
          {own.atProvider(label)}
        </Button>
      </p>
    </>
  )
}
