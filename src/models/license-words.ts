/** Words between a negation and what it forbids. */
const between =
  '(?:(?:for|to|be|is|in|of|any|all|the|it|use|used|usage|allowed|permitted|available|licensed|intended|suitable) )*'

const negated = new RegExp(
  `\\b(?:not|no|never|nor|forbids?|prohibits?|disallows?|excludes?|excluding|except) ${between}commercial`,
)

const refused =
  /\bcommercial(?:ly)? (?:\w+ )?(?:(?:is|are) )?(?:strictly |expressly )?(?:not|never|forbidden|prohibited|disallowed|excluded|restricted)\b/

const onAgreement =
  /\bcommercial (?:\w+ )?(?:requires?|needs?) (?:(?:an?|our|the|separate|written|prior|paid|explicit|own|another|commercial) )*(?:licen[cs]e|permission|agreement|consent|approval)\b/

/** Negations that permit: "no restrictions on commercial use". */
const permitting =
  /\b(?:no|not|without|never)(?: \w+){0,2} (?:restrict\w*|limit\w*|forbidden|prohibited|only|fees?|charges?|royalt\w*)\b|\b(?:non|not) proprietary\b/g

const purposes =
  'research|academic|scientific|educational?|personal|private|evaluation|trial|non ?profit|not for profit'
const limitedTo = new RegExp(
  `\\b(?:${purposes}) (?:use|usage|purposes?|only|licen[cs]e)\\b|\\b(?:only|solely|exclusively) (?:for|in|to) (?:\\w+ )?(?:${purposes})\\b|\\bacademic\\b(?! free)|\\bproprietary\\b`,
)
const isPurpose = new RegExp(`^(?:for )?(?:\\w+ )?(?:${purposes})$`)

/**
 * Whether a license forbids commercial use by its words. A clause that permits commercial use beside another use limits nothing, and what
 * no word tells is not forbidden: the license may be a name that nobody here knows.
 */
export function forbidsCommercialUse(license: string): boolean {
  const text = plain(license)
  return isPurpose.test(text) || license.split(/[.;,()\n]/).some((clause) => forbids(plain(clause)))
}

function forbids(clause: string): boolean {
  const words = clause.replaceAll(permitting, ' ').replaceAll(/ +/g, ' ')
  if ([negated, refused, onAgreement].some((each) => each.test(words))) return true
  const others = words.replaceAll(/\bnon ?commercial\w*/g, '')
  if (/\bcommercial/.test(others)) return false
  return others !== words || /\b(?:by|cc) nc\b/.test(words) || limitedTo.test(words)
}

/** Words in lower case, with single spaces between them. */
const plain = (text: string) =>
  text
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()
