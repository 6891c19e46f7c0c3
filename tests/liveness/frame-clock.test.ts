import { expect, test } from 'vitest'
import { FrameClock } from '../../dist/server/live/frame-clock.js'

test('the clock of a challenge stands still while a frame is judged for long, and never goes back', () => {
  const clock = new FrameClock()
  expect(clock.timeOf(1000)).toBe(1000)
  clock.judged(200)
  // 100 ms later the client sends the next one, which a busy machine judges for four seconds.
  expect(clock.timeOf(1300)).toBe(1300)
  clock.judged(4000)
  expect(clock.timeOf(5350)).toBe(1650)
  clock.judged(3000)
  // It arrived while the one before was judged.
  expect(clock.timeOf(6000)).toBe(1650)
  clock.judged(10)
  // A client that pauses is seen to pause.
  expect(clock.timeOf(11_000)).toBe(11_000 - 3700 - 2700)
})

test('the clock stands still for 15 s in all', () => {
  const clock = new FrameClock()
  clock.timeOf(0)
  for (let i = 1; i <= 10; i++) clock.judged(5000)
  expect(clock.timeOf(50_000)).toBe(35_000)
})
