import { api, type Schemas, unwrap } from '../api.js'
import { Button } from '../parts/button.js'
import { ConfirmButton } from '../parts/confirm.js'
import { FormError } from '../parts/states.js'
import { useWork } from '../parts/use-work.js'
import { useSession } from '../session.js'
import type { Texts } from '../texts/en/index.js'
import { useTexts } from '../texts/index.js'
import { type Invited, inviteOwner } from './shown-invitation.js'

type Account = Schemas['Account']

/** The provider of an identity, in few letters. */
const hostOf = ({ issuer }: NonNullable<Account['identity']>) =>
  URL.canParse(issuer) ? new URL(issuer).host : issuer

/** How the owner of an account signs in. */
export function waysOf({ has_password, identity }: Account, own: Texts['account']): string {
  const ways = [...(has_password ? [own.byPassword] : []), ...(identity ? [hostOf(identity)] : [])]
  return ways.length === 0 ? own.noWay : ways.join(', ')
}

/** How the owner of an account signs in, with a button that unlinks it from the provider or invites the owner to link it. */
export function WaysIn({
  account,
  onUnlinked,
  onInvited,
}: {
  readonly account: Account
  readonly onUnlinked: () => void
  readonly onInvited: (invited: Invited) => void
}) {
  const { account: own } = useTexts()
  const { provider } = useSession()
  const invite = useWork(async () => onInvited(await inviteOwner(account)))
  const { identity } = account
  if (!identity && !provider) return null

  return (
    <>
      <h3>{own.signsIn}</h3>
      <p>
        {waysOf(account, own)}
        {identity && <span className="hint"> {own.subject(identity.subject)}</span>}
      </p>
      <FormError text={invite.error} />
      {identity ? (
        <ConfirmButton
          label={own.unlink}
          title={own.unlinkTitle(account.name, hostOf(identity))}
          confirm={own.unlink}
          onConfirm={async () => {
            const params = { path: { account: account.id } }
            await unwrap(api.PATCH('/v1/accounts/{account}', { params, body: { subject: null } }))
            onUnlinked()
          }}
        >
          <p>{account.has_password ? own.unlinkMeans : own.unlinkMeansNoWay}</p>
        </ConfirmButton>
      ) : (
        <Button isPending={invite.isBusy} onPress={invite.start}>
          {own.invite}
        </Button>
      )}
    </>
  )
}
