import { useState } from 'react'
import { api, unwrap } from '../api.js'
import { invitationInAddress } from '../invitation.js'
import { root } from '../root.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'
import { Button } from './button.js'
import { explain, FormError } from './states.js'
import { useWork } from './use-work.js'

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
  return { refused, invitation: invitationInAddress() }
}

/** The page that was asked for, below the root. */
function wanted(): string {
  const hash = invitationInAddress() ? '' : location.hash
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
  const [before, setBefore] = useState(refused && (refusal(refused, texts) ?? own.notSignedIn))
  const { isBusy, error, start } = useWork(
    async () => {
      setBefore(undefined)
      const body = { console: root.href, to: wanted(), ...(invitation && { invitation }) }
      const { url } = await unwrap(api.POST('/v1/session/oidc', { body }))
      location.assign(url)
      // Busy until the browser leaves, or comes back to this page as it was.
      await new Promise((done) => addEventListener('pageshow', done, { once: true }))
    },
    (failure) =>
      refusal((failure as { code?: string }).code ?? '', texts) ?? explain(failure, texts),
  )

  return (
    <>
      {invitation && <p>{own.invited(label)}</p>}
      <FormError text={before ?? error} />
      <p>
        <Button kind={invitation ? 'primary' : 'plain'} isPending={isBusy} onPress={start}>
          {own.atProvider(label)}
        </Button>
      </p>
    </>
  )
}
