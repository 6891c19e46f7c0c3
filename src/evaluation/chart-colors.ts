export const genuineColor = '#2a9d5c'
export const impostorColor = '#d1495b'
const lineColors = ['#3a7bd5', '#d1495b', '#2a9d5c', '#9a6700', '#8a3ffc', '#0b7a75']

/** Colors of `count` curves, in order; the palette repeats after six. */
export function curveColors(count: number): string[] {
  return Array.from({ length: count }, (_, i) => lineColors[i % lineColors.length]!)
}
