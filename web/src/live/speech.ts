/** Longer than any greeting takes; some voices never say that they are done. */
const longest = (text: string) => 2000 + 150 * text.length

/** Whether this browser can speak at all. */
export const canSpeak = 'speechSynthesis' in globalThis

/**
 * Says a text aloud.
 *
 * @param voice - URI of the voice; another is taken where it is not there.
 * @returns When it was said, or could not be: there are no voices, one failed, or one never came to its end.
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
    }, longest(text))
    const end = () => {
      clearTimeout(timer)
      done()
    }
    utterance.onend = end
    utterance.onerror = end
    speechSynthesis.speak(utterance)
  })
}

/** Stops what is being said. */
export function hush(): void {
  if (canSpeak) speechSynthesis.cancel()
}

/** The voices of this browser, now and whenever they change: they come a while after they are first asked for. */
export function onVoices(take: (voices: readonly SpeechSynthesisVoice[]) => void): () => void {
  if (!canSpeak) return () => {}
  const tell = () => take(speechSynthesis.getVoices())
  tell()
  speechSynthesis.addEventListener('voiceschanged', tell)
  return () => speechSynthesis.removeEventListener('voiceschanged', tell)
}
