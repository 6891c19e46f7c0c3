export const same = {
  question: 'Are these the same person?',
  alike: (one: string, other: string, very: boolean) =>
    `${one} and ${other} look ${very ? 'very much ' : ''}alike in their photos.`,
  left: (n: number) =>
    n === 0 ? '' : n === 1 ? 'One more pair after this.' : `${n} more pairs after this.`,
  same: 'Same person',
  different: 'Different people',
  skip: 'Skip',
  noted: (one: string, other: string) =>
    `${one} and ${other} are different people. You will not be asked again.`,
  done: 'That was the last pair. Those you skipped will be asked again next time.',
}
