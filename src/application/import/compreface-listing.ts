import { z } from 'zod'
import { AgnizeError } from '../../base/errors.js'
import { type CompreFaceClient, isKeyRefusal } from './compreface-client.js'

/** An enrolled face of a CompreFace server. */
export interface ListedFace {
  readonly id: string
  readonly subject: string
}

const facesPage = z.object({
  faces: z.array(z.object({ image_id: z.string().min(1).max(200), subject: z.string() })),
  total_pages: z.number(),
  total_elements: z.number(),
})
const subjectList = z.object({ subjects: z.array(z.string()) })
const state = z.object({ saveImagesToDB: z.boolean() })

/** Faces on a page. Judgment. */
const pageSize = 100
/** How often the pages are read while faces are missing: a list that changes meanwhile moves faces to pages that were read. Judgment. */
const passes = 2

/** What a CompreFace server has. */
export class CompreFaceListing {
  readonly #client: CompreFaceClient
  readonly #seen = new Set<string>()
  #said = 0

  constructor(client: CompreFaceClient) {
    this.#client = client
  }

  /** Number of faces that the server says it has. */
  get total(): number {
    return this.#said
  }

  /** Number of faces that were listed, each counted once. */
  get listed(): number {
    return this.#seen.size
  }

  /**
   * Every face, once, in the order of the ids where the server sorts them. The numbers of pages and faces are not relied on: pages
   * are read until one has nothing new.
   *
   * @throws AgnizeError `download-failed`.
   */
  async *faces(): AsyncGenerator<ListedFace, void, undefined> {
    for (let pass = 0; pass < passes; pass++) {
      for (let page = 0; ; page++) {
        const { faces, total_pages, total_elements } = await this.#page(page)
        this.#said = total_elements
        const fresh = faces.filter(({ image_id }) => !this.#seen.has(image_id))
        for (const { image_id, subject } of fresh) {
          // A page may list a face twice.
          if (this.#seen.has(image_id)) continue
          this.#seen.add(image_id)
          yield { id: image_id, subject }
        }
        if (faces.length === 0 || (fresh.length === 0 && page + 1 >= total_pages)) break
        // A server that answers every page alike would be asked for ever.
        if (fresh.length === 0 && page * pageSize >= this.#said) break
      }
      if (this.listed >= this.#said) return
    }
  }

  /** Requires that the server lists faces. @throws AgnizeError `download-failed`. */
  async check(): Promise<void> {
    await this.#page(0)
  }

  /** The names of all subjects, also of those without faces; empty where the server cannot list them. */
  async subjects(): Promise<readonly string[]> {
    return (await this.#optional('/api/v1/recognition/subjects', subjectList))?.subjects ?? []
  }

  /** Whether the server says that it keeps no images. */
  async keepsNoImages(): Promise<boolean> {
    return (await this.#optional('/api/v1/consistence/status', state))?.saveImagesToDB === false
  }

  async #page(page: number) {
    const path = `/api/v1/recognition/faces?page=${page}&size=${pageSize}&sort=id`
    const answer = facesPage.safeParse(await this.#client.json(path))
    if (answer.success) return answer.data
    throw new AgnizeError(
      'download-failed',
      `${this.#client.url} does not answer like CompreFace: give the address of its API, such as http://localhost:8000.`,
    )
  }

  /** An answer that older servers do not give; undefined without one. */
  async #optional<Schema extends z.ZodType>(
    path: string,
    schema: Schema,
  ): Promise<z.infer<Schema> | undefined> {
    try {
      return schema.safeParse(await this.#client.json(path)).data
    } catch (error) {
      if (isKeyRefusal(error) || (error as AgnizeError).code !== 'download-failed') throw error
      return undefined
    }
  }
}
