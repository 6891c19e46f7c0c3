/** A PostgreSQL server in a process of its own, to be killed: PGlite over a folder. */
import { PGlite } from '@electric-sql/pglite'
import { vector } from '@electric-sql/pglite-pgvector'
import { PGLiteSocketServer } from '@electric-sql/pglite-socket'

const db = await PGlite.create({ dataDir: process.argv[2]!, extensions: { vector } })
const server = new PGLiteSocketServer({ db, port: Number(process.argv[3]), maxConnections: 100 })
await server.start()
process.stdout.write('listening\n')
