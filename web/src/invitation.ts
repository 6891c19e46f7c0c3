import { useSyncExternalStore } from 'react'

/** The invitation at the end of the address, if there is one. */
export const invitationInAddress = () => /^#invitation=(.+)$/.exec(location.hash)?.[1]

const listeners = new Set<() => void>()

/** The invitation at the end of the address, also where it is put there while the page is open. */
export const useInvitation = () => useSyncExternalStore(subscribe, invitationInAddress)

/** Takes the invitation off the address. It stays valid. */
export function dropInvitation(): void {
  history.replaceState(history.state, '', location.pathname + location.search)
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  addEventListener('hashchange', listener)
  return () => {
    listeners.delete(listener)
    removeEventListener('hashchange', listener)
  }
}
