/** A file's name as it may be kept and shown: without control characters, which would steer a terminal. */
export const fileName = (text: string) => text.replaceAll(/\p{Cc}/gu, '').slice(0, 255)
