import { useQueries } from '@tanstack/react-query'
import { createContext, type ReactNode, use } from 'react'
import { api, type Schemas, unwrap } from '../api.js'
import { useGallery } from '../gallery.js'
import { User } from './icons.js'
import { withoutBands } from './without-bands.js'

type Picture = Schemas['Picture']

const Pictures = createContext<ReadonlyMap<string, string>>(new Map())

const byId = (
  answers: readonly {
    readonly data: readonly { readonly id: string; readonly url: string }[] | undefined
  }[],
) => new Map(answers.flatMap(({ data }) => (data ?? []).map(({ id, url }) => [id, url] as const)))

/**
 * Fetches the pictures that its children show together, so that looking at a page is one entry of the audit log.
 *
 * @param props - `pages`, each at most 100 ids: a list that grows by a page fetches only what that adds.
 */
export function WithPictures({
  kind,
  pages,
  children,
}: {
  readonly kind: Picture['kind']
  readonly pages: readonly (readonly string[])[]
  readonly children: ReactNode
}) {
  const [gallery] = useGallery()
  const pictures = useQueries({
    queries: pages
      .filter(({ length }) => length > 0)
      .map((ids) => ({
        queryKey: ['pictures', gallery, kind, ...ids],
        queryFn: async () => {
          const { items } = await unwrap(
            api.GET('/v1/galleries/{gallery}/pictures', {
              params: { path: { gallery }, query: { [kind]: [...ids] } },
            }),
          )
          return Promise.all(
            items.map(async ({ id, image }) => ({ id, url: await withoutBands(image) })),
          )
        },
        staleTime: 60_000,
        refetchOnWindowFocus: false,
      })),
    combine: byId,
  })
  return <Pictures value={pictures}>{children}</Pictures>
}

/** A list in pages whose pictures are fetched at once. */
export const pagesOf = <T,>(items: readonly T[], size = 60): T[][] =>
  Array.from({ length: Math.ceil(items.length / size) }, (_, i) =>
    items.slice(size * i, size * (i + 1)),
  )

/** A stored picture of a face, from the {@link WithPictures} around it; an empty square of the same name until it is there. */
export function Portrait({
  id,
  alt = '',
  isSmall = false,
}: {
  readonly id: string
  readonly alt?: string
  readonly isSmall?: boolean
}) {
  const src = use(Pictures).get(id)
  const size = isSmall ? 'small' : ''
  if (!src) {
    const named = alt === '' ? {} : { role: 'img', 'aria-label': alt }
    return (
      <span className={`portrait none ${size}`} {...named}>
        <User aria-hidden="true" />
      </span>
    )
  }
  return <img className={`portrait ${size}`} src={src} alt={alt} />
}
