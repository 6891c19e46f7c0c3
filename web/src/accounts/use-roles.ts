import { useTexts } from '../texts/index.js'

/** The roles of accounts, each with its word. */
export function useRoles() {
  const { account: own } = useTexts()
  return (['viewer', 'operator', 'administrator'] as const).map(
    (role) => [role, own.roles[role]] as const,
  )
}
