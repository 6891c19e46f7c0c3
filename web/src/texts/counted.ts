/** Writes a number with its noun in the singular or plural: “1 photo”, “2 photos”. */
export const counted = (one: string, many: string) => (n: number) =>
  n === 1 ? `1 ${one}` : `${n} ${many}`
