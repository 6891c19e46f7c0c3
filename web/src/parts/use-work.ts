import { useState } from 'react'
import { useTexts } from '../texts/index.js'
import { explain } from './states.js'

/**
 * Work that a button or a form starts: whether it runs, and why it failed, as a sentence.
 *
 * @param work - What it throws is the reason.
 * @param sentence - Tells a reason in the language of the console.
 */
export function useWork(work: () => Promise<unknown>, sentence = explain) {
  const texts = useTexts()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string>()

  async function run(): Promise<void> {
    // A busy button stays enabled, so that it keeps the focus.
    if (isBusy) return
    setBusy(true)
    setError(undefined)
    try {
      await work()
    } catch (failure) {
      setError(sentence(failure, texts))
    } finally {
      setBusy(false)
    }
  }

  return { isBusy, error, start: () => void run() }
}
