import type { FastifySchemaValidationError } from 'fastify'

const FIELDS: Readonly<Record<string, string>> = {
  name: 'your name',
  item: 'the item',
  message: 'the message',
}

/** What a visitor is told of a form that was not accepted: what Ajv says is for those who write JSON. */
export function formSentence([first]: readonly FastifySchemaValidationError[]): string {
  const missing = first?.params['missingProperty']
  const field = FIELDS[typeof missing === 'string' ? missing : (first?.instancePath.slice(1) ?? '')]
  if (field === undefined) return 'It did not arrive as this page sends it. Go back and try again.'
  return first?.keyword === 'maxLength'
    ? `Make ${field} shorter: ${String(first.params['limit'])} characters at most.`
    : `Fill in ${field}: blanks alone are not enough.`
}
