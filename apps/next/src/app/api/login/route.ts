import { post } from '../../../answer.ts'
import { login } from '../../../changes.ts'

export const POST = post(login)
