import { readFileSync } from 'node:fs'
import ts from 'typescript'
import { expect, test } from 'vitest'

/** Public functions without an example, and why. */
const exceptions: Readonly<Record<string, string>> = {
  'PhotoForm.bodySerializer': 'the client calls it, not its user',
}

/** Functions in options are the caller's own: agnize calls them. */
const isOptions = (name: string) => name.endsWith('Options')

/** Source files of the entry points of the package. */
function entryPoints(): string[] {
  const { exports } = JSON.parse(readFileSync('package.json', 'utf8')) as {
    exports: Record<string, string | { types: string }>
  }
  return Object.values(exports).flatMap((entry) =>
    typeof entry === 'string'
      ? []
      : [entry.types.replace('./dist/', 'src/').replace('.d.ts', '.ts')],
  )
}

/** The public functions, classes and methods, each with whether its documentation has an example. */
function publicFunctions(): Map<string, boolean> {
  const { config } = ts.readConfigFile('tsconfig.json', ts.sys.readFile)
  const { options } = ts.parseJsonConfigFileContent(config, ts.sys, '.')
  const program = ts.createProgram(entryPoints(), options)
  const checker = program.getTypeChecker()
  const found = new Map<string, boolean>()
  const add = (name: string, symbol: ts.Symbol) =>
    found.set(
      name,
      symbol.getJsDocTags(checker).some((tag) => tag.name === 'example'),
    )
  const isCallable = (symbol: ts.Symbol) =>
    checker.getTypeOfSymbol(symbol).getCallSignatures().length > 0
  for (const entry of entryPoints()) {
    const file = checker.getSymbolAtLocation(program.getSourceFile(entry)!)!
    for (const name of checker.getExportsOfModule(file)) {
      const isAlias = (name.flags & ts.SymbolFlags.Alias) !== 0
      const symbol = isAlias ? checker.getAliasedSymbol(name) : name
      const isClass = (symbol.flags & ts.SymbolFlags.Class) !== 0
      const isType = name.declarations!.some(ts.isTypeOnlyExportDeclaration)
      if (symbol.valueDeclaration && !isType && (isClass || isCallable(symbol))) {
        add(symbol.name, symbol)
      }
      if (isOptions(symbol.name)) continue
      for (const member of symbol.members?.values() ?? []) {
        const isMember = member.flags & (ts.SymbolFlags.Method | ts.SymbolFlags.Property)
        const isPrivate = member.name.startsWith('#')
        if (isMember && !isPrivate && isCallable(member)) {
          add(`${symbol.name}.${member.name}`, member)
        }
      }
    }
  }
  return found
}

test('every public function, class and method has an example', () => {
  const found = publicFunctions()
  expect(found.size).toBeGreaterThan(100)
  const without = [...found].filter(([, hasExample]) => !hasExample).map(([name]) => name)
  expect(without).toEqual(Object.keys(exceptions))
})
