/** The networks of an address, the narrowest first: whoever has one address of a network of IPv6 has many. */
export interface Networks {
  /** The address; of IPv6 the network of its link (/64). */
  readonly link: string
  /** Of IPv6, the network that a site is given (/48); else null. */
  readonly site: string | null
}

/** The networks of an address. */
export function networksOf(address: string): Networks {
  const bare = address.replace(/^::ffff:(?=[\d.]+$)/i, '').replace(/%.*$/, '')
  if (!bare.includes(':')) return { link: bare, site: null }
  const [head = '', tail = ''] = bare.split('::')
  const [before, after] = [head.split(':').filter(Boolean), tail.split(':').filter(Boolean)]
  const zeros = Array.from({ length: Math.max(0, 8 - before.length - after.length) }, () => '0')
  const parts = [...before, ...zeros, ...after].map((part) => part.toLowerCase())
  return { link: parts.slice(0, 4).join(':'), site: parts.slice(0, 3).join(':') }
}
