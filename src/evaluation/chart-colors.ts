export const genuineColor = '#2a9d5c'
export const impostorColor = '#d1495b'
const lineColors = ['#3a7bd5', '#d1495b', '#2a9d5c', '#9a6700', '#8a3ffc', '#0b7a75']

/** The colors of so many curves, in their order; they begin anew after six. */
export function curveColors(count: number): string[] {
  return Array.from({ length: count }, (_, i) => lineColors[i % lineColors.length]!)
}
