import { isForm, posted, seeOther } from '../../answer.ts'
import { keepCopy } from '../../kept-cookies.ts'

export const POST = posted(async (request) => {
  await keepCopy()
  return isForm(request) ? seeOther('/') : Response.json({ copied: true })
})
