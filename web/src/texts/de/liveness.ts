import type { Texts } from '../en/index.js'

export const liveness: Texts['liveness'] = {
  picture:
    'Das sieht wie ein Bild eines Gesichts aus. Zeigen Sie Ihr eigenes Gesicht: Gehen Sie etwas zurück, und drehen Sie sich zum Licht.',
  too_tight: 'Gehen Sie zurück, damit um Ihr Gesicht herum etwas zu sehen ist.',
  too_small: 'Kommen Sie näher.',
  badly_exposed: 'Drehen Sie sich zum Licht, oder machen Sie mehr Licht.',
  blurred: 'Halten Sie einen Moment still.',
}
