export const genuineColour = '#2a9d5c'
export const impostorColour = '#d1495b'
const lineColours = ['#3a7bd5', '#d1495b', '#2a9d5c', '#9a6700', '#8a3ffc', '#0b7a75']

/** The colours of so many curves, in their order; they begin anew after six. */
export function curveColours(count: number): string[] {
  return Array.from({ length: count }, (_, i) => lineColours[i % lineColours.length]!)
}
