import type { Texts } from '../en/index.js'

export const shortcuts: Texts['shortcuts'] = {
  title: 'Tastenkürzel',
  list: 'Diese Liste',
  search: 'Personen suchen, auf ihrer Seite',
  on: 'Tastenkürzel benutzen',
}
