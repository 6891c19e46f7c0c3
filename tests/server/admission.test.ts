import { describe, expect, test } from 'vitest'
import { Admission } from '../../dist/server/admission.js'

const limits = { threads: 1, queue: 1, bytes: 1e6, anonymousBytes: 1e5 }
/** The signal of a client that stays. */
const staying = () => new AbortController().signal

describe('waiting for a place', () => {
  test('places go to the waiting requests in their order, each once', async () => {
    const admission = new Admission(limits)
    const leave = [await admission.wait(60, staying()), await admission.wait(60, staying())]
    const order: number[] = []
    const waiting = [0, 1, 2].map((i) =>
      admission.wait(60, staying()).then((own) => {
        order.push(i)
        return own
      }),
    )
    expect(admission.isFull).toBe(true)
    leave[0]!()
    leave[0]!()
    const first = await waiting[0]!
    expect(order).toEqual([0])
    // A request that does not wait gets no place before them.
    expect(() => admission.enter()).toThrow(/waiting/)
    leave[1]!()
    first()
    const rest = await Promise.all(waiting.slice(1))
    expect(order).toEqual([0, 1, 2])
    for (const own of rest) own()
    expect(admission.active).toBe(0)
  })

  test('one that waits too long is refused, and takes no place', async () => {
    const admission = new Admission({ ...limits, queue: 0 })
    const leave = admission.enter()
    await expect(admission.wait(0.01, staying())).rejects.toMatchObject({ code: 'overloaded' })
    expect(admission.refused).toBe(1)
    leave()
    expect(admission.active).toBe(0)
  })

  test('one whose client is gone makes room for the next', async () => {
    const admission = new Admission({ ...limits, queue: 0 })
    const leave = admission.enter()
    const gone = new AbortController()
    const lost = admission.wait(60, gone.signal)
    const next = admission.wait(60, staying())
    gone.abort(new Error('gone'))
    await expect(lost).rejects.toThrow('gone')
    leave()
    ;(await next)()
    expect(admission.active).toBe(0)
    await expect(
      (async () => {
        admission.enter()
        return admission.wait(60, gone.signal)
      })(),
    ).rejects.toThrow('gone')
  })

  test('only so many wait', async () => {
    const admission = new Admission({ ...limits, queue: 0 })
    admission.enter()
    const gone = new AbortController()
    const waiting = Array.from({ length: 200 }, () =>
      admission.wait(60, AbortSignal.any([gone.signal])),
    )
    await expect(admission.wait(60, staying())).rejects.toMatchObject({ code: 'overloaded' })
    gone.abort(new Error('gone'))
    const ended = await Promise.allSettled(waiting)
    expect(ended.every(({ status }) => status === 'rejected')).toBe(true)
  })
})
