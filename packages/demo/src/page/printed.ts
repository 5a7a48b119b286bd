import type { Plain } from '../plain.ts'

const LINE = 56

/** JSON to be read by people: what fits on a line stands on one. */
export function printed(value: Plain, indent = ''): string {
  const line = onOneLine(value)
  if (line.length + indent.length <= LINE || typeof value !== 'object' || value === null) return line
  const deeper = `${indent}  `
  const items = isList(value)
    ? value.map((item) => printed(item, deeper))
    : Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${printed(item, deeper)}`)
  const [open, close] = isList(value) ? '[]' : '{}'
  return `${open}\n${items.map((item) => deeper + item).join(',\n')}\n${indent}${close}`
}

function onOneLine(value: Plain): string {
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  if (isList(value)) return `[${value.map(onOneLine).join(', ')}]`
  const items = Object.entries(value).map(([name, item]) => `${JSON.stringify(name)}: ${onOneLine(item)}`)
  return items.length === 0 ? '{}' : `{ ${items.join(', ')} }`
}

function isList(value: Plain): value is readonly Plain[] {
  return Array.isArray(value)
}
