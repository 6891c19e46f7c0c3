/** A file name that is safe to store and show: at most 255 characters, without control characters for a terminal. */
export const fileName = (text: string) => text.replaceAll(/\p{Cc}/gu, '').slice(0, 255)
