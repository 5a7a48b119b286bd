/**
 * A text in which characters are written out that some terminals obey, or that turn the order of what is read around. In JSON
 * it means the same. C0 is left alone: JSON and `inspect` escape it already, and colours are made of it.
 */
export function printable(text: string): string {
  return text.replaceAll(OBEYED, (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`)
}

// DEL and C1 (U+009B begins a command as ESC [ does), the marks and overrides of direction, and two more ends of lines.
const OBEYED = /[\u007F-\u009F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]/gu
