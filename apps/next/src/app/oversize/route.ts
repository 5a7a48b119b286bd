import { post } from '../../answer.ts'
import { writeTooMuch } from '../../changes.ts'

export const POST = post(writeTooMuch)
