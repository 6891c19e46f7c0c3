import { expect, test } from 'vitest'
import { claimAt, merged } from '../../../dist/server/oidc/claim-at.js'

test('a claim is found by its name before it is found by a path', () => {
  const claims = { 'a.b': 1, a: { b: 2, 'c.d': 3, e: null }, list: [{ b: 4 }], text: 'b' }
  expect(claimAt(claims, 'a.b')).toBe(1)
  expect(claimAt(claims, 'a.c.d')).toBe(3)
  expect(claimAt(claims, 'a.e')).toBeNull()
  for (const none of ['', '.', 'a.', '.b', 'a.x', 'a.b.c', 'list.0.b', 'text.length', 'toString']) {
    expect([none, claimAt(claims, none)]).toEqual([none, undefined])
  }
  expect(claimAt(claims, 'a.toString')).toBeUndefined()
  expect(claimAt(JSON.parse('{"a":{"__proto__":{"b":1}}}'), 'a.b')).toBeUndefined()
})

test('claims are merged down to the innermost, and the first source is right', () => {
  const merge = merged({ a: { b: 1, c: [1] }, d: 1 }, { a: { b: 2, e: 3, c: [2] }, d: { x: 1 } })
  expect(merge).toEqual({ a: { b: 1, c: [1], e: 3 }, d: 1 })
  expect((merged({}, JSON.parse('{"__proto__":{"b":1}}')) as { b?: number }).b).toBeUndefined()
})
