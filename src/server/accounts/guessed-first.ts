/** The letters and digits that lie side by side on keyboards, along and across. */
const rows = [
  ...['qwertyuiop', 'qwertzuiop', 'azertyuiop', 'asdfghjkl', 'qsdfghjklm', 'zxcvbnm', 'yxcvbnm'],
  ...['wxcvbn', '1qaz2wsx3edc4rfv5tgb6yhn7ujm', '1qay2wsx3edc', '1q2w3e4r5t6y7u8i9o0p'],
  ...['q1w2e3r4t5y6u7i8o9p0', 'abcdefghijklmnopqrstuvwxyz', '01234567890123456789'],
]

const sequences = rows.flatMap((row) => [row, [...row].reverse().join('')])

/**
 * The words that lists of leaked passwords begin with, and those that people make of the place where they are asked. NIST SP
 * 800-63B asks for such a list.
 */
const words = [
  ...['password', 'passwort', 'passwd', 'kennwort', 'motdepasse', 'geheim', 'secret', 'letmein'],
  ...[
    'welcome',
    'willkommen',
    'hello',
    'hallo',
    'login',
    'access',
    'admin',
    'administrator',
    'root',
  ],
  ...[
    'user',
    'guest',
    'gast',
    'test',
    'default',
    'changeme',
    'master',
    'agnize',
    'server',
    'camera',
  ],
  ...['kamera', 'iloveyou', 'love', 'liebe', 'schatz', 'princess', 'sunshine', 'monkey', 'dragon'],
  ...['football', 'fussball', 'baseball', 'soccer', 'superman', 'batman', 'starwars', 'pokemon'],
  ...['shadow', 'michael', 'jordan', 'jennifer', 'charlie', 'daniel', 'ashley', 'hunter', 'killer'],
  ...['summer', 'sommer', 'winter', 'spring', 'autumn', 'herbst', 'computer', 'internet', 'qwerty'],
  ...['whatever', 'trustno', 'freedom', 'cheese', 'pepper', 'ginger', 'flower', 'blink', 'google'],
]

/** What stands for a letter in a word. */
const letters: Readonly<Record<string, string>> = {
  ...{ '0': 'o', '1': 'i', '3': 'e', '4': 'a', '5': 's', '7': 't', '@': 'a', $: 's', '!': 'i' },
}

/** Shortest piece of a keyboard's row that counts as one: words have shorter ones. */
const shortestSequence = 4

/** What a word that is guessed first counts for, in characters, since there are many; a sequence counts for one. Judgment. */
const lengthOfWord = 2

/**
 * How many characters of a password have to be guessed one by one: repeated parts count once, and sequences of digits, letters and
 * keys, years, common words and the parts of a name for little.
 */
export function guessedLength(password: string, name: string): number {
  const once = folded(password)
    .replace(/(.)\1{2,}/gu, '$1')
    .replace(/(.{2,}?)\1+/gu, '$1')
  const spelled = [...once].map((each) => letters[each] ?? each).join('')
  const known = [...words, ...folded(name).split(/[^\p{L}\p{N}]+/u)].filter(
    (word) => word.length > 2,
  )
  const wordAt = (at: number) =>
    known
      .filter((word) => once.startsWith(word, at) || spelled.startsWith(word, at))
      .reduce((longest, word) => Math.max(longest, word.length), 0)
  let length = 0
  for (let at = 0; at < once.length; ) {
    const [word, sequence] = [wordAt(at), sequenceAt(once, at)]
    length += word > 0 && word >= sequence ? lengthOfWord : 1
    at += Math.max(word, sequence, 1)
  }
  return length
}

/** Length of the sequence or the year that begins at a place of a text; 0 without one. */
function sequenceAt(text: string, at: number): number {
  let end = at + shortestSequence
  const isSequence = () =>
    end <= text.length && sequences.some((each) => each.includes(text.slice(at, end)))
  if (!isSequence()) return /^(?:19|20)\d\d/.test(text.slice(at)) ? 4 : 0
  while (isSequence()) end++
  return end - 1 - at
}

const folded = (text: string) => text.normalize('NFKC').toLowerCase()
