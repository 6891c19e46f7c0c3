/** What is said to be true of a person, by name. */
export type Claims = Readonly<Record<string, unknown>>

/**
 * A claim by its name, or by the path to one inside others: Keycloak lists roles in `realm_access.roles`. Names may contain dots
 * themselves, as `https://works.example/roles` and the ids of clients do: a name that is there goes before a path.
 */
export function claimAt(claims: Claims, path: string): unknown {
  if (Object.hasOwn(claims, path)) return claims[path]
  for (let dot = path.indexOf('.'); dot >= 0; dot = path.indexOf('.', dot + 1)) {
    const outer = path.slice(0, dot)
    const inner = Object.hasOwn(claims, outer) ? claims[outer] : undefined
    const found = isObject(inner) ? claimAt(inner, path.slice(dot + 1)) : undefined
    if (found !== undefined) return found
  }
  return undefined
}

/** Claims of two sources, down to the innermost; the first source has precedence. */
export function merged(first: Claims, second: Claims): Claims {
  const both = { ...second, ...first }
  for (const [name, value] of Object.entries(second)) {
    const own = both[name]
    if (isObject(own) && isObject(value) && own !== value) both[name] = merged(own, value)
  }
  return both
}

const isObject = (value: unknown): value is Claims =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
