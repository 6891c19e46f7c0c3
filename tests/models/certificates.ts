import { execFile } from 'node:child_process'
import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'

/** A certificate for 127.0.0.1 and localhost, signed by an authority of its own, whose file is `ca`. */
export async function certificate(
  folder: string,
): Promise<{ ca: string; tls: { cert: Buffer; key: Buffer } }> {
  const at = (name: string) => join(folder, name)
  const openssl = (...args: string[]) => promisify(execFile)('openssl', args)
  const fresh = ['-newkey', 'rsa:2048', '-nodes', '-keyout']
  await writeFile(at('names'), 'subjectAltName=IP:127.0.0.1,DNS:localhost')
  await openssl(
    ...['req', '-x509', ...fresh, at('ca.key'), '-out', at('ca.pem'), '-days', '1'],
    ...['-subj', '/CN=authority of a test'],
  )
  await openssl('req', ...fresh, at('key.pem'), '-out', at('request'), '-subj', '/CN=localhost')
  await openssl(
    ...['x509', '-req', '-in', at('request'), '-CA', at('ca.pem'), '-CAkey', at('ca.key')],
    ...['-CAcreateserial', '-out', at('cert.pem'), '-days', '1', '-extfile', at('names')],
  )
  const [cert, key] = await Promise.all([readFile(at('cert.pem')), readFile(at('key.pem'))])
  return { ca: at('ca.pem'), tls: { cert, key } }
}
