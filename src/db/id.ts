import { alphabet, generateRandomString } from 'oslo/crypto'

const characters = alphabet('a-z', '0-9')

/** An opaque id of 108 random bits that reads well in a URL. */
export const newId = () => generateRandomString(21, characters)
