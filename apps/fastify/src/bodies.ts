import { type TString, type TUnsafe, Type } from 'typebox'

/** A text of 1 to so many characters, of which none is half of a surrogate pair and not all are blank. */
export function text(maxLength: number): TString {
  return Type.String({ format: 'text', minLength: 1, maxLength, pattern: String.raw`\S` })
}

/** One of these values. */
export function oneOf<const Values extends readonly (string | boolean)[]>(...values: Values): TUnsafe<Values[number]> {
  return Type.Unsafe<Values[number]>({ enum: values })
}
