import { z } from 'zod'
import { isLoopback } from '../loopback.js'

/** The issuer of a provider, as it writes itself: an address, which accounts are linked to letter by letter. */
export const issuerSchema = z.url({ protocol: /^https?$/ })

/** Whether nobody between can read and change what an issuer answers: by HTTPS, or since it is on this machine. */
export const isSafeIssuer = (issuer: string): boolean =>
  !issuer.startsWith('http:') || isLoopback(new URL(issuer).hostname.replace(/^\[|\]$/g, ''))
