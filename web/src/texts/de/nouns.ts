import { counted } from '../counted.js'

export const photos = counted('Foto', 'Fotos')
export const people = counted('Person', 'Personen')
export const faces = counted('Gesicht', 'Gesichter')
export const visits = counted('Besuch', 'Besuche')
export const days = counted('Tag', 'Tage')
