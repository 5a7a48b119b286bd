/**
 * A text in which characters are written out that some terminals obey, or that turn the order of what is read around. In JSON
 * it means the same. Ends of lines stay.
 */
export function printable(text: string): string {
  return text.replaceAll(OBEYED, writtenOut)
}

/** The same of a text that has its colours already. */
export function printableColours(text: string): string {
  return text.replaceAll(OBEYED_BESIDE_COLOURS, writtenOut)
}

function writtenOut(character: string): string {
  return `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`
}

// C0 and DEL; C1 (U+009B begins a command as ESC [ does); the marks and overrides of direction, and two more ends of lines.
const OBEYED = /[\0-\u0009\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu
// What `style.ts` makes: a colour, or bold, does nothing else.
const OBEYED_BESIDE_COLOURS =
  /[\0-\u0009\u000B-\u001A\u001C-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]|\u001B(?!\[\d{1,2}m)/gu
