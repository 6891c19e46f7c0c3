/** Upper bound on the speaking time in milliseconds, since some voices never fire an end event. Judgment. */
const speechTimeoutMs = (text: string) => 2000 + 150 * text.length

/** Whether this browser supports speech synthesis. */
export const canSpeak = 'speechSynthesis' in globalThis

/**
 * Speaks a text.
 *
 * @param voice - URI of the voice; the browser picks another if it is missing.
 * @returns When the text was spoken, or speaking failed: no voices, an error, or no end event in time.
 */
export async function speak(text: string, voice: string | null, language: string): Promise<void> {
  if (!canSpeak) return
  const utterance = new SpeechSynthesisUtterance(text)
  const chosen = speechSynthesis.getVoices().find(({ voiceURI }) => voiceURI === voice)
  if (chosen) utterance.voice = chosen
  utterance.lang = chosen?.lang ?? language
  await new Promise<void>((done) => {
    const timer = setTimeout(() => {
      speechSynthesis.cancel()
      done()
    }, speechTimeoutMs(text))
    const end = () => {
      clearTimeout(timer)
      done()
    }
    utterance.onend = end
    utterance.onerror = end
    speechSynthesis.speak(utterance)
  })
}

/** Stops speaking. */
export function stopSpeaking(): void {
  if (canSpeak) speechSynthesis.cancel()
}

/** Reports the browser's voices now and whenever they change; browsers load them after the first request. */
export function onVoices(take: (voices: readonly SpeechSynthesisVoice[]) => void): () => void {
  if (!canSpeak) return () => {}
  const report = () => take(speechSynthesis.getVoices())
  report()
  speechSynthesis.addEventListener('voiceschanged', report)
  return () => speechSynthesis.removeEventListener('voiceschanged', report)
}
