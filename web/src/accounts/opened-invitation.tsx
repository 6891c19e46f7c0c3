import { dropInvitation, useInvitation } from '../invitation.js'
import { Button } from '../parts/button.js'
import { Dialog } from '../parts/dialog.js'
import { ProviderSignIn } from '../parts/provider-sign-in.js'
import { leave } from '../parts/unsaved.js'
import { useSession } from '../session.js'
import { useTexts } from '../texts/index.js'

/**
 * What somebody who is signed in is asked on opening an invitation: whose it is. It belongs to whoever goes on with it, so that nobody
 * links it to the own identity by mistake, such as the administrator who tries the link.
 */
export function OpenedInvitation() {
  const { invitation: own } = useTexts()
  const { caller, isSignedIn, provider, signOut } = useSession()
  const invitation = useInvitation()
  if (!invitation || !provider) return null
  return (
    <Dialog title={own.title} role="alertdialog" isOpen onClose={dropInvitation}>
      {isSignedIn ? (
        <>
          <p>{own.whose(caller!.name, provider.label)}</p>
          <p>{own.stillValid}</p>
        </>
      ) : (
        <ProviderSignIn label={provider.label} />
      )}
      <div className="buttons">
        <Button onPress={dropInvitation} autoFocus>
          {isSignedIn ? own.stay : own.later}
        </Button>
        {isSignedIn && (
          <Button kind="primary" onPress={() => leave(() => void signOut())}>
            {own.goOn}
          </Button>
        )}
      </div>
    </Dialog>
  )
}
