import { readBody, themeBody } from '@encrypted-session/demo'
import { isForm, posted, seeOther } from '../../answer.ts'
import { keepTheme } from '../../kept-cookies.ts'

export const POST = posted(async (request) => {
  const { theme } = themeBody(await readBody(request))
  await keepTheme(theme)
  return isForm(request) ? seeOther('/') : Response.json({ theme })
})
