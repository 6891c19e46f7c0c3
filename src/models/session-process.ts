import { openGraph } from './runtime.node.js'
import type { FromSession, GraphSession, ToSession } from './session.js'

let session: GraphSession | undefined

process.on('disconnect', () => process.kill(process.pid, 'SIGKILL'))
process.on('message', async (message: ToSession) => {
  process.send!(
    await answer(message).catch(
      (error: unknown): FromSession => ({ error: (error as Error).message }),
    ),
  )
})

async function answer(message: ToSession): Promise<FromSession> {
  if (message.kind === 'open')
    session = await openGraph(message.model, message.threads, message.device)
  const outputs = message.kind === 'run' ? await session!.run(message.inputs) : {}
  const { inputNames, outputNames } = session!
  return { outputs, inputNames, outputNames }
}
