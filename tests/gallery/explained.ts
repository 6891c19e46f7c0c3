import pg from 'pg'

/** What EXPLAIN says of the executions of one statement. */
export interface Explained {
  /** Most buffers that one execution read, found in memory or not. */
  buffers: number
  /** Bad nodes of its plans, in words. */
  readonly bad: Set<string>
}

interface Node {
  readonly 'Node Type': string
  readonly 'Relation Name'?: string
  readonly 'Actual Rows': number
  readonly 'Actual Loops': number
  readonly 'Rows Removed by Filter'?: number
  readonly 'Shared Hit Blocks': number
  readonly 'Shared Read Blocks': number
  readonly Plans?: readonly Node[]
}

/** Rows that a node may read in vain. */
const freeRows = 1000

/**
 * Explains every statement of the driver's clients from now on: before it is executed, it is executed by EXPLAIN and rolled
 * back.
 *
 * @returns What was explained, by statement, and a function that ends it.
 */
export function explainStatements(): { explained: Map<string, Explained>; end(): void } {
  const explained = new Map<string, Explained>()
  const inTransaction = new WeakSet<pg.Client>()
  const { query } = pg.Client.prototype
  async function explaining(this: pg.Client, text: unknown, parameters?: unknown[]) {
    const run = query as (text: unknown, parameters?: unknown[]) => Promise<pg.QueryResult>
    if (typeof text !== 'string') return run.call(this, text, parameters)
    if (/^(begin|start transaction)/i.test(text)) inTransaction.add(this)
    if (/^(commit|rollback)$/i.test(text)) inTransaction.delete(this)
    if (
      /^\s*(select|insert|update|delete|with)\b/i.test(text) &&
      !/set_config|pg_(current_)?xact/.test(text)
    ) {
      const isInside = inTransaction.has(this)
      await run.call(this, isInside ? 'savepoint explained' : 'begin')
      try {
        const { rows } = await run.call(
          this,
          `explain (analyze, buffers, format json) ${text}`,
          parameters,
        )
        note(explained, normal(text), rows[0]['QUERY PLAN'][0])
      } finally {
        await run.call(this, isInside ? 'rollback to savepoint explained' : 'rollback')
      }
    }
    return run.call(this, text, parameters)
  }
  pg.Client.prototype.query = explaining as typeof query
  return {
    explained,
    end: () => {
      pg.Client.prototype.query = query
    },
  }
}

function note(
  explained: Map<string, Explained>,
  text: string,
  { Plan: plan, JIT: compilation }: { readonly Plan: Node; readonly JIT?: object },
): void {
  const known = explained.get(text) ?? { buffers: 0, bad: new Set<string>() }
  explained.set(text, known)
  known.buffers = Math.max(known.buffers, plan['Shared Hit Blocks'] + plan['Shared Read Blocks'])
  for (const each of badNodes(plan)) known.bad.add(each)
  if (compilation) known.bad.add('is compiled, which takes longer than its execution')
}

const rowsRead = (node: Node) =>
  (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']

/** Scans of tables for a few of their rows, and loops that visit far more rows than they return. */
function badNodes(node: Node): string[] {
  const bad = (node.Plans ?? []).flatMap(badNodes)
  const returned = node['Actual Rows'] * node['Actual Loops']
  const type = node['Node Type']
  if (type === 'Seq Scan' && rowsRead(node) > freeRows + 4 * returned) {
    bad.push(`scans ${node['Relation Name']} for few of its rows`)
  }
  if (type === 'Nested Loop' && rowsRead(node.Plans![1]!) > freeRows + 2 * returned) {
    bad.push(`visits ${rowsRead(node.Plans![1]!)} rows by loops for ${returned}`)
  }
  return bad
}

/** A statement without what differs between its executions: numbers of parameters, names of partitions. */
function normal(text: string): string {
  return text
    .replace(/\s+/g, ' ')
    .replace(/_[0-9a-f]{32}/g, '_*')
    .replace(/\$\d+(, \$\d+)*/g, '$*')
    .replace(/(\(\$\*\))(, \(\$\*\))+/g, '$1')
    .trim()
}
