// The part of npm's configuration reader that npm-tarball.ts uses; the package ships no types.
declare module '@npmcli/config' {
  export default class Config {
    constructor(options: {
      npmPath: string
      definitions: Record<string, unknown>
      flatten: (options: object, flat: object) => object
      shorthands: Record<string, string[]>
      argv: string[]
      cwd: string
      warn: boolean
    })
    load(): Promise<void>
    readonly flat: Record<string, unknown>
  }
}

declare module '@npmcli/config/lib/definitions/index.js' {
  const all: {
    definitions: Record<string, unknown>
    flatten: (options: object, flat: object) => object
    shorthands: Record<string, string[]>
  }
  export default all
}
