export const shortcuts = {
  title: 'Keyboard shortcuts',
  list: 'This list',
  search: 'Search people, on their page',
  on: 'Use shortcuts',
}
