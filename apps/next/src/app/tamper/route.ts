import { isForm, posted, seeOther } from '../../answer.ts'
import { tamper } from '../../kept-cookies.ts'

export const POST = posted(async (request) => {
  await tamper()
  return isForm(request) ? seeOther('/') : Response.json({ tampered: true })
})
