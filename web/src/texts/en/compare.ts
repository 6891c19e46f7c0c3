export const compare = {
  explain: 'Tells whether two photos show the same person. The photos are not stored.',
  sides: ['First photo', 'Second photo'],
  hint: 'Or drop it here. The largest face counts.',
  busy: 'Comparing…',
  answers: {
    match: 'The same person',
    no_match: 'Different people',
    not_judgeable: 'It cannot be told',
  },
}
