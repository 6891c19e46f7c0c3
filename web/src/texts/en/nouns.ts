import { counted } from '../counted.js'

export const photos = counted('photo', 'photos')
export const people = counted('person', 'people')
export const faces = counted('face', 'faces')
export const visits = counted('visit', 'visits')
export const days = counted('day', 'days')
