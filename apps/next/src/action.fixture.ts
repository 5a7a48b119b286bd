import type { ClientResponse, SessionClient } from '@encrypted-session/testing'

/** A form whose action is to be called. */
export interface ActionForm {
  /** The page that it is on. */
  readonly path: string
  /** A text that only this form has: of its button, say. */
  readonly has: string
  readonly fields?: Readonly<Record<string, string>>
}

/** Submits a form as a browser without a script does. */
export async function submit(
  client: SessionClient,
  { path, has, fields = {} }: ActionForm,
  headers: Readonly<Record<string, string>> = {},
): Promise<ClientResponse> {
  const data = await hiddenFields(client, path, has)
  for (const [name, value] of Object.entries(fields)) data.append(name, value)
  return post(client, path, data, headers)
}

/** Calls the action of a form as React does in the browser. Only for an action that takes the form alone. */
export async function call(
  client: SessionClient,
  { path, has, fields = {} }: ActionForm,
  headers: Readonly<Record<string, string>> = {},
): Promise<ClientResponse> {
  const [name = ''] = (await hiddenFields(client, path, has)).keys()
  const data = new FormData()
  for (const [field, value] of Object.entries(fields)) data.append(`_1_${field}`, value)
  // The list of the action's arguments: one form.
  data.append('0', '["$K1"]')
  return post(client, path, data, {
    'next-action': name.replace('$ACTION_ID_', ''),
    accept: 'text/x-component',
    ...headers,
  })
}

/** By these, Next knows which action a form is for. */
async function hiddenFields(client: SessionClient, path: string, has: string): Promise<FormData> {
  const { text } = await client.get(path)
  const forms = text.split('<form').map((part) => part.split('</form>', 1)[0] ?? '')
  const form = forms.find((each) => each.includes('$ACTION') && each.includes(has))
  if (form === undefined) throw new Error(`${path} has no form with an action and "${has}":\n${text}`)
  const data = new FormData()
  for (const [, name = '', value = ''] of form.matchAll(
    /<input type="hidden" name="([^"]*)"(?: value="([^"]*)")?\/>/gu,
  )) {
    data.append(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'))
  }
  return data
}

async function post(
  client: SessionClient,
  path: string,
  data: FormData,
  headers: Readonly<Record<string, string>>,
): Promise<ClientResponse> {
  const body = new Response(data)
  const type = body.headers.get('content-type') ?? ''
  return client.post(path, await body.text(), { headers: { 'content-type': type, ...headers } })
}
