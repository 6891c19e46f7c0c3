import { parse } from 'csv-parse/sync'
import stringWidth from 'string-width'
import { describe, expect, test } from 'vitest'
import { table } from '../../dist/cli/table.js'
import { agnize, homeWithModels, openWithSession, sample } from '../fixtures.js'
import { inTerminal } from './in-terminal.js'

const names = [
  'Ann',
  '山田太郎',
  '👩‍👩‍👧‍👦 family',
  'नमस्ते',
  'Zoe\u0308',
  'สมชาย ใจดี',
  'Pablo Diego José Francisco de Paula Juan Nepomuceno María de los Remedios',
  'ab'.repeat(60),
]

describe('tables', () => {
  test('columns are aligned whatever the script of the names', () => {
    const lines = table(
      ['name', 'photos'],
      names.map((name, i) => [name, i]),
      undefined,
    ).split('\n')
    expect(lines).toHaveLength(names.length + 1)
    const widths = lines.map((line) => stringWidth(line.replace(/\S+$/, '')))
    expect(new Set(widths).size).toBe(1)
  })

  test.each([20, 40, 60, 80, 200])('no line is wider than a terminal of %d columns', (width) => {
    const rows = names.map((name, i) => [name, i])
    const text = table(['name', 'photos'], rows, width)
    for (const line of text.split('\n')) expect(stringWidth(line)).toBeLessThanOrEqual(width)
    // Wrapping loses nothing.
    const letters = (all: string) => all.replaceAll(/[\s\d]/g, '')
    expect(letters(text)).toBe(letters(`name photos ${names.join('')}`))
  })

  test('control characters of a name do not reach the terminal', () => {
    expect(table(['name'], [['a\u001b[31mb\u202ec']], undefined)).toBe(
      '  name\n  a\ufffd[31mb\ufffdc',
    )
  })
})

const formulas = ['=1+1', '+cmd', '-2+3', '@sum', 'quoted "name", with comma', '山田']

test('--csv prints the table as RFC 4180, and no cell is a formula', async () => {
  const home = await homeWithModels()
  {
    await using opened = await openWithSession({ home })
    for (const name of formulas) {
      await opened.people.create(name, {
        metadata: { n: -1 },
        externalId: `-${formulas.indexOf(name)}`,
      })
    }
  }
  const { stdout, stderr } = await agnize(['people', 'list', '--csv'], { home })
  expect(stderr).toBe('')
  expect(stdout.match(/\n/g)).toHaveLength(formulas.length + 1)
  expect(stdout.replaceAll('\r\n', '')).not.toMatch(/[\r\n]/)
  const rows: Record<string, string>[] = parse(stdout, { columns: true })
  const byName = new Map(rows.map((row) => [row.name!.replace(/^'/, ''), row]))
  expect([...byName.keys()].sort()).toEqual([...formulas].sort())
  for (const name of formulas) {
    expect(byName.get(name)!.name).toBe(/^[=+\-@]/.test(name) ? `'${name}` : name)
    // A negative number is no formula.
    expect(byName.get(name)).toMatchObject({
      external_id: `-${formulas.indexOf(name)}`,
      photos: '0',
    })
  }
})

test('every command that prints a table and JSON prints CSV', async () => {
  const home = await homeWithModels()
  await agnize(['enroll', 'Anna', sample(1), '--at', '1560,320'], { home })
  await agnize(['gallery', 'log', 'on'], { home })
  await agnize(['identify', sample(3)], { home })
  const commands: [args: string[], columns: string][] = [
    [
      ['identify', sample(3)],
      'photo,face,answer,who,similarity,threshold,x,y,width,height,by_photo,why',
    ],
    [['detect', sample(3)], 'photo,face,x,y,width,height,score,roll,yaw,pitch,quality,poor'],
    [
      ['people', 'show', 'Anna'],
      'photo,x,y,width,height,quality,enrolled,source,camera,set_aside,crop_bytes,template,face,models',
    ],
    [['people', 'corrections'], 'date,photo,kind,person,correction'],
    [['people', 'different'], 'date,person,other_person'],
    [['models', 'list'], 'name,task,state,bytes,license,from'],
    [['gallery', 'list'], 'gallery,people,photos,model,protected'],
    [['gallery', 'log', 'show'], 'number,when,who,similarity,threshold,nearest'],
    [['gallery', 'expire', '--dry-run'], 'name,since,keep_until'],
    [['gallery', 'references', 'show', 'Anna'], 'face,who,photo,when,state'],
    [['gallery', 'references', 'added'], 'face,who,photo,when,state'],
    [['gallery', 'migrate'], 'model,state,faces'],
    [['gallery', 'audit'], 'finding,who,photos,similarity,what_to_do'],
    [['keys', 'list'], 'id,name,scopes,galleries,expires'],
    [['events', 'list'], 'visit,who,camera,from,until,similarity'],
    [['events', 'strangers'], 'visitor,visits,first,last,where'],
    [['audit', 'list'], 'number,when,who,what,whose,details'],
    [['replay', '--threshold', '0.5'], 'number,when,then,now'],
  ]
  for (const [args, columns] of commands) {
    const { stdout } = await agnize([...args, '--csv', '--quiet'], { home })
    const [head, ...rows] = parse(stdout) as string[][]
    expect(head!.join(','), args.join(' ')).toBe(columns)
    for (const row of rows) expect(row).toHaveLength(head!.length)
  }
  const both = await agnize(['people', 'list', '--csv', '--json'], { home })
  expect(both).toMatchObject({ code: 2, stdout: '' })
  expect(both.stderr).toContain("'--csv' cannot be used with option '--json'")
})

test('a table fits the terminal that it is printed in', async () => {
  const home = await homeWithModels()
  {
    await using opened = await openWithSession({ home })
    for (const name of names) await opened.people.create(name)
  }
  const { screen } = await inTerminal(['people', 'list'], { home, columns: 40 })
  const lines = screen.trimEnd().split('\n')
  expect(lines.length).toBeGreaterThan(names.length + 1)
  for (const line of lines) expect(stringWidth(line)).toBeLessThanOrEqual(40)
  const piped = await agnize(['people', 'list'], { home })
  expect(piped.stdout.trimEnd().split('\n')).toHaveLength(names.length + 1)
})
